"""One act on many people, and taking it back by its cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.db import transaction

from postroom.lib import sql
from postroom.subscribers.errors import NothingToUndo, TagNotFound
from postroom.subscribers.queries.people import filter_sql
from postroom.subscribers.rules import Cause
from postroom.subscribers.services.people import erase
from postroom.subscribers.services.tags import add_tags, remove_tags

Act = Literal["tag", "untag", "unsubscribe", "delete"]


def next_act_id() -> int:
    """A fresh id for an act, so that its changes can be found (and taken back) together."""
    row = sql.row("SELECT nextval('act_id_seq') AS id")
    assert row is not None
    return int(row["id"])


def select_ids(
    *, account_id: int, state: str = "", tag_ids: Sequence[int] = (), search: str = ""
) -> list[int]:
    """Ids of everybody whom the list shows under this filter."""
    where, parameters = filter_sql(account_id, state=state, tag_ids=tag_ids, search=search)
    return [
        row["id"]
        for row in sql.rows(f"SELECT s.id FROM subscriber s WHERE {where} ORDER BY s.id", parameters)
    ]


@transaction.atomic
def act_on_many(
    *, account_id: int, act: Act, subscriber_ids: Sequence[int], cause: Cause, tag_id: int | None = None
) -> int:
    """Does one act to many people; answers how many were changed by it. Raises TagNotFound."""
    ids = list(subscriber_ids)
    if act == "delete":
        return erase(account_id=account_id, subscriber_ids=ids)
    if act == "unsubscribe":
        row = sql.row(
            "SELECT count(*) FILTER (WHERE subscribers_set_state(%s, id, 'cancelled', %s, %s, %s)) AS n FROM"
            " (SELECT s.id FROM subscriber s WHERE s.account_id = %s AND s.id = ANY(%s) ORDER BY s.id) p",
            [account_id, cause.kind, cause.id, cause.actor, account_id, ids],
        )
        return int(row["n"]) if row else 0
    if tag_id is None:
        raise TagNotFound
    move = add_tags if act == "tag" else remove_tags
    return move(account_id=account_id, subscriber_ids=ids, tag_ids=[tag_id], cause=cause)


@transaction.atomic
def undo(*, account_id: int, cause_kind: str, cause_id: int, actor: str) -> int:
    """Brings back what was before an act, where nothing has changed since; answers how many it touched.

    Somebody whom the act had created goes again, unless something else has happened to them meanwhile.
    Raises NothingToUndo."""
    row = sql.row("SELECT * FROM subscribers_undo(%s, %s, %s, %s)", [account_id, cause_kind, cause_id, actor])
    if row is None or row["found"] == 0:
        raise NothingToUndo(
            "There is nothing to undo.", help="It was undone already, or the people have changed since."
        )
    return int(row["people"])
