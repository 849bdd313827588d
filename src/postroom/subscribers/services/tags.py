"""Tags: make, rename, delete, give and take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db import IntegrityError, transaction

from postroom.lib import sql
from postroom.subscribers import rules
from postroom.subscribers.errors import NameBlank, NameTaken, NameTooLong, NothingToUndo, TagNotFound
from postroom.subscribers.rules import Cause


class TagRow(TypedDict):
    """A tag."""

    id: int
    account_id: int
    name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DeletedTag:
    """A tag that is gone: what is needed to bring it back. `people` had it."""

    id: int
    name: str
    created_at: datetime
    people: int = 0


_RETURNING = "RETURNING id, account_id, name, created_at, updated_at"


def create_tag(*, account_id: int, name: str) -> TagRow:
    """Makes one tag. Raises NameBlank, NameTaken, NameTooLong."""
    return create_tags(account_id=account_id, names=[name])[0]


@transaction.atomic
def create_tags(*, account_id: int, names: Sequence[str]) -> list[TagRow]:
    """Makes tags in the order given, all or none. Raises NameBlank, NameTaken, NameTooLong."""
    made: list[TagRow] = []
    for name in names:
        clean = _check(name)
        try:
            with transaction.atomic():
                row = sql.row(
                    f"INSERT INTO tag (account_id, name) VALUES (%s, %s) {_RETURNING}", [account_id, clean]
                )
        except IntegrityError:
            raise _taken() from None
        made.append(row)  # type: ignore[arg-type]
    return made


@transaction.atomic
def find_or_create_tags(*, account_id: int, names: Sequence[str]) -> dict[str, int]:
    """Ids by name as given; tags that do not exist are made. Blank names are left out.

    Whether two names are one is PostgreSQL's to say: its lower case of İ or Σ is not Python's."""
    clean = {name: rules.clean_text(rules.clean_text(name)[: rules.MAX_NAME]) for name in names}
    clean = {name: kept for name, kept in clean.items() if kept}
    if not clean:
        return {}
    sql.execute(
        "INSERT INTO tag (account_id, name) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
        [account_id, sorted(set(clean.values()))],
    )
    rows = sql.rows(
        "SELECT n AS name, t.id FROM unnest(%s::text[]) AS n"
        " JOIN tag t ON t.account_id = %s AND lower(t.name) = lower(n)",
        [sorted(set(clean.values())), account_id],
    )
    ids = {row["name"]: int(row["id"]) for row in rows}
    return {name: ids[kept] for name, kept in clean.items()}


@transaction.atomic
def rename_tag(*, account_id: int, tag_id: int, name: str) -> TagRow:
    """Gives a tag another name. Raises TagNotFound, NameBlank, NameTaken, NameTooLong."""
    clean = _check(name)
    try:
        with transaction.atomic():
            row = sql.row(
                "UPDATE tag SET name = %s, updated_at = now()"
                f" WHERE account_id = %s AND id = %s {_RETURNING}",
                [clean, account_id, tag_id],
            )
    except IntegrityError:
        raise _taken() from None
    if row is None:
        raise TagNotFound
    return row  # type: ignore[return-value]


@transaction.atomic
def delete_tag(*, account_id: int, tag_id: int, cause: Cause) -> DeletedTag:
    """Deletes a tag; nobody has it afterwards. A cause with an id can be taken back by `restore_tag`.

    Raises TagNotFound."""
    # The lock keeps those out who would give the tag to somebody at this moment.
    tag = sql.row(
        "SELECT id, name, created_at FROM tag WHERE account_id = %s AND id = %s FOR UPDATE",
        [account_id, tag_id],
    )
    if tag is None:
        raise TagNotFound
    row = sql.row(sql.load("subscribers", "empty_tag"), {"account": account_id, "tag": tag_id, **_why(cause)})
    sql.execute("DELETE FROM tag WHERE account_id = %s AND id = %s", [account_id, tag_id])
    for table in ("counter_delta", "counter_total"):
        sql.execute(
            f"DELETE FROM {table} WHERE account_id = %s AND subject = 'tag' AND subject_id = %s",
            [account_id, tag_id],
        )
    return DeletedTag(**tag, people=int(row["n"]) if row else 0)


@transaction.atomic
def restore_tag(*, account_id: int, tag: DeletedTag, cause: Cause) -> int:
    """Brings back a tag that the act of `cause` deleted, to those who had it; answers how many got it back.

    Raises NothingToUndo when it is there again, NameTaken when another one has its name now."""
    if sql.row("SELECT id FROM tag WHERE account_id = %s AND id = %s", [account_id, tag.id]):
        raise NothingToUndo("There is nothing to undo.", help="The tag is there.")
    try:
        with transaction.atomic():
            sql.execute(
                "INSERT INTO tag (id, account_id, name, created_at) OVERRIDING SYSTEM VALUE"
                " VALUES (%s, %s, %s, %s)",
                [tag.id, account_id, tag.name, tag.created_at],
            )
    except IntegrityError:
        raise _taken() from None
    people = sql.rows(
        sql.load("subscribers", "list_untagged"), {"account": account_id, "tag": tag.id, **_why(cause)}
    )
    undo = Cause("undo", cause.id, cause.actor, cause.origin)
    return _move_set("join_tag_set", account_id, [row["id"] for row in people], tag.id, undo, None)


@transaction.atomic
def add_tags(
    *,
    account_id: int,
    subscriber_ids: Sequence[int],
    tag_ids: Sequence[int],
    cause: Cause,
    source: str | None = None,
) -> int:
    """Gives tags to people; answers how many places are new. Raises TagNotFound."""
    _demand_tags(account_id, tag_ids)
    return sum(
        _move_set("join_tag_set", account_id, subscriber_ids, tag_id, cause, source) for tag_id in tag_ids
    )


@transaction.atomic
def remove_tags(
    *, account_id: int, subscriber_ids: Sequence[int], tag_ids: Sequence[int], cause: Cause
) -> int:
    """Takes tags from people; answers how many places ended. Raises TagNotFound."""
    _demand_tags(account_id, tag_ids)
    return sum(
        _move_set("leave_tag_set", account_id, subscriber_ids, tag_id, cause, None) for tag_id in tag_ids
    )


def _demand_tags(account_id: int, tag_ids: Sequence[int]) -> None:
    row = sql.row(
        "SELECT count(*) AS n FROM tag WHERE account_id = %s AND id = ANY(%s)", [account_id, list(tag_ids)]
    )
    if row is None or row["n"] != len(set(tag_ids)):
        raise TagNotFound


def _move_set(
    name: str, account_id: int, subscriber_ids: Sequence[int], tag_id: int, cause: Cause, source: str | None
) -> int:
    row = sql.row(
        sql.load("subscribers", name),
        {
            "account": account_id,
            "ids": list(subscriber_ids),
            "tag": tag_id,
            "source": source,
            **_why(cause),
        },
    )
    return int(row["n"]) if row else 0


def _why(cause: Cause) -> dict[str, object]:
    return {"cause_kind": cause.kind, "cause_id": cause.id, "actor": cause.actor}


def _check(name: str) -> str:
    clean = rules.clean_text(name)
    if not clean:
        raise NameBlank("Name can't be blank", help="Give the tag a name.", field="name")
    if len(clean) > rules.MAX_NAME:
        raise NameTooLong(
            "Name is too long (maximum is 255 characters)", help="Shorten the name.", field="name"
        )
    return clean


def _taken() -> NameTaken:
    return NameTaken(
        "Name has already been taken", help="Choose another name, or use that tag.", field="name"
    )
