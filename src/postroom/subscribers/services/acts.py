"""One act on many people, and taking it back by its cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from django.db import transaction

from postroom.lib import sql
from postroom.subscribers.errors import NothingToUndo, TagNotFound, TooManyPeople
from postroom.subscribers.queries.people import filter_sql
from postroom.subscribers.rules import Cause
from postroom.subscribers.services.people import erase
from postroom.subscribers.services.tags import add_tags, remove_tags

MOST_UNDONE = 100_000
"""Changes taken back one by one in a transaction; people whom the act had made go by a set, however many."""
Act = Literal["tag", "untag", "unsubscribe", "delete"]


def next_act_id() -> int:
    """A fresh id for an act, so that its changes can be found (and taken back) together."""
    row = sql.row("SELECT nextval('act_id_seq') AS id")
    assert row is not None
    return int(row["id"])


def select_ids(
    *, account_id: int, state: str = "", tag_ids: Sequence[int] = (), search: str = "", most: int
) -> list[int]:
    """Ids of everybody whom the list shows under this filter. Raises TooManyPeople beyond `most`."""
    where, parameters = filter_sql(account_id, state=state, tag_ids=tag_ids, search=search)
    found = sql.rows(
        f"SELECT s.id FROM subscriber s WHERE {where} ORDER BY s.id LIMIT {most + 1:d}", parameters
    )
    if len(found) > most:
        raise TooManyPeople(
            f"More than {most:,} people fit the filter, and one act takes {most:,} at most.",
            help="Narrow the filter, by a tag or a state, and do it in parts.",
            field="filter",
        )
    return [row["id"] for row in found]


@transaction.atomic
def act_on_many(
    *, account_id: int, act: Act, subscriber_ids: Sequence[int], cause: Cause, tag_id: int | None = None
) -> int:
    """Does one act to many people; answers how many were changed by it. Raises TagNotFound."""
    ids = list(subscriber_ids)
    if act == "delete":
        return erase(account_id=account_id, subscriber_ids=ids, cause=cause)
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
    Raises NothingToUndo, TooManyPeople."""
    found = sql.row(
        "SELECT count(*) AS n FROM change WHERE account_id = %s AND cause_kind = %s AND cause_id = %s"
        " AND kind <> 'created'",
        [account_id, cause_kind, cause_id],
    )
    if found and found["n"] > MOST_UNDONE:
        raise TooManyPeople(
            f"This made {found['n']:,} changes; up to {MOST_UNDONE:,} can be taken back at once.",
            help="Bring back the values before by an import, or take the tag away from those who got it.",
            field="token",
        )
    row = sql.row("SELECT * FROM subscribers_undo(%s, %s, %s, %s)", [account_id, cause_kind, cause_id, actor])
    if row is None or row["found"] == 0:
        raise NothingToUndo(
            "There is nothing to undo.", help="It was undone already, or the people have changed since."
        )
    return int(row["people"])
