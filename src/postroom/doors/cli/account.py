"""`postroom account`: accounts from a script."""

import json
import os
from typing import Annotated

import typer

app = typer.Typer(help="Accounts of this installation.", no_args_is_help=True)


@app.callback()
def account() -> None:
    """Accounts of this installation."""


@app.command()
def create(
    name: str,
    email: Annotated[str, typer.Option(help="The owner's address; it counts as verified.")],
    password: Annotated[str, typer.Option(help="The owner's password, when they are new here.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print nothing but JSON.")] = False,
) -> None:
    """Make an empty account with its owner: no tag, form, sequence or field. A known user gets one more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.config.django")
    import django

    django.setup(set_prefix=False)
    from django.db import transaction

    from postroom.accounts import services
    from postroom.accounts.models import User

    with transaction.atomic():
        owner = User.objects.filter(email__iexact=email.strip()).first()
        is_new = owner is None
        if owner is None:
            owner = services.create_user(email=email, password=password, name=name, is_verified=True)
        runs = services.run_if_nobody_does(user=owner) if is_new else False
        made, pair = services.create_account(name=name, owner=owner)
    found = {
        "account_id": made.pk,
        "user_id": owner.pk,
        "name": made.name,
        "email": owner.email,
        "api_key": pair.api_key,
        "api_secret": pair.api_secret,
    }
    if as_json:
        typer.echo(json.dumps(found))
        return
    typer.echo(f"Account {made.pk} “{made.name}” belongs to {owner.email}.")
    if runs:
        typer.echo(f"{owner.email} runs this installation: they choose the mail server and make accounts.")
    typer.echo(f"API key: {pair.api_key}\nAPI secret: {pair.api_secret}")
