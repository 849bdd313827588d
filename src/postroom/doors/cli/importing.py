"""`postroom import FILE --account ACCOUNT`: a file of people from the server's disk, with a progress bar."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from postroom.imports.models import Import
    from postroom.imports.services import Preview

BLOCK = 1 << 20


def import_people(
    file: Annotated[Path, typer.Argument(help="CSV file with a header row.")],
    account: Annotated[str, typer.Option(help="Id or name of the account.")],
    tag: Annotated[list[str] | None, typer.Option(help="Tag for everybody; may be repeated.")] = None,
    new_state: Annotated[str, typer.Option(help="What new people become: active, inactive.")] = "active",
    policy: Annotated[
        str, typer.Option(help="Values of people who exist: fill, overwrite, overwrite_blank, keep.")
    ] = "fill",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Import people from a CSV file. Nobody who unsubscribed, bounced or complained becomes active again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.config.django")
    import django

    django.setup(set_prefix=False)
    from postroom.lib.errors import PostroomError

    try:
        _import(file, account, tag or [], new_state, policy, dry_run=dry_run)
    except (PostroomError, OSError) as error:
        typer.echo(f"postroom: {error} {getattr(error, 'help', '')}".strip(), err=True)
        raise typer.Exit(1) from None


def _import(file: Path, account: str, tags: list[str], new_state: str, policy: str, *, dry_run: bool) -> None:
    from postroom.imports import services
    from postroom.subscribers import services as subscribers

    account_id = find_account(account)
    found = services.create(account_id=account_id, file_name=file.name, blocks=_blocks(file))
    added = subscribers.find_or_create_tags(account_id=account_id, names=tags) if not dry_run else {}
    services.map_columns(
        account_id=account_id,
        import_id=found.pk,
        mapping=[{**entry, "policy": policy} for entry in found.mapping],
        add_tag_ids=list(added.values()),
        new_state=new_state,
    )
    if dry_run:
        _show_preview(services.check(account_id=account_id, import_id=found.pk))
        services.cancel(account_id=account_id, import_id=found.pk)
        return
    services.start(account_id=account_id, import_id=found.pk)
    _run(account_id, found)


def find_account(wanted: str) -> int:
    """The id of an account by id or exact name. Raises NotFound, Conflict."""
    from postroom.accounts.models import Account
    from postroom.lib.errors import Conflict, NotFound

    accounts = Account.objects.filter(kind="creator")
    found = list(
        accounts.filter(id=int(wanted)) if wanted.isdigit() else accounts.filter(name__iexact=wanted)
    )
    if not found:
        names = ", ".join(f"{a.pk} ({a.name})" for a in accounts.order_by("id")[:20]) or "none"
        raise NotFound(f"There is no account “{wanted}”.", help=f"Accounts: {names}.")
    if len(found) > 1:
        raise Conflict(f"Several accounts are called “{wanted}”.", help="Give the id.")
    return int(found[0].pk)


def _run(account_id: int, found: Import) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from postroom.imports import queries, services

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Importing", total=found.total_rows)

        def show(row: Import) -> None:
            done = (
                row.created_count
                + row.changed_count
                + row.unchanged_count
                + row.left_count
                + row.refused_count
            )
            bar.update(task, completed=done)

        services.run(account_id=account_id, import_id=found.pk, progress=show)
    end = queries.get(account_id, found.pk)
    typer.echo(
        f"{end.created_count} created, {end.changed_count} changed, {end.unchanged_count} unchanged, "
        f"{end.left_count} left before and stay out, {end.refused_count} refused."
    )
    for row in queries.errors_of(account_id, found.pk, limit=20):
        typer.echo(f"  line {row['line']}: {row['text']}: {row['value']}")
    if end.refused_count > 20:
        typer.echo(f"  … and {end.refused_count - 20} more; the screens list them all.")
    if end.state != "finished":
        typer.echo(f"postroom: the import is {end.state}. {end.error}".strip(), err=True)
        raise typer.Exit(1)


def _show_preview(preview: Preview) -> None:
    left = ", ".join(f"{n} {state}" for state, n in preview.left.items())
    typer.echo(
        f"Would create {preview.created}, change {preview.changed}, leave {preview.unchanged} as they are; "
        f"out stay {left}; refused {preview.refused}. Nothing was written."
    )
    for reason in preview.reasons:
        typer.echo(f"  {reason['count']} × {reason['text']}")


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while block := opened.read(BLOCK):
            yield block
