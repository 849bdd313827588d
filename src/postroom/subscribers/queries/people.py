"""One person, and pages of people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postroom.lib import sql
from postroom.subscribers import rules
from postroom.subscribers.errors import InvalidEmail, SubscriberNotFound

STATES = ("active", "inactive", "cancelled", "bounced", "complained")


@dataclass(frozen=True, slots=True)
class Person:
    """A row of `subscriber`; `fields` by field id as text."""

    id: int
    email: str
    first_name: str | None
    state: str
    fields: dict[str, str]
    source: str
    created_at: datetime
    updated_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """People of one page, and how many match in all."""

    items: list[Person]
    total: int


_COLUMNS = (
    "s.id, s.email, s.first_name, s.state, s.fields, s.source, s.created_at, s.updated_at, s.confirmed_at,"
    " s.cancelled_at"
)
_SORTS = {
    "-created_at": "s.created_at DESC, s.id DESC",
    "created_at": "s.created_at, s.id",
    "email": "s.email_key",
    "-email": "s.email_key DESC",
}


def get(account_id: int, subscriber_id: int) -> Person:
    """One person. Raises SubscriberNotFound."""
    row = sql.row(
        f"SELECT {_COLUMNS} FROM subscriber s WHERE s.account_id = %s AND s.id = %s",
        [account_id, subscriber_id],
    )
    if row is None:
        raise SubscriberNotFound
    return _person(row)


def find_by_email(account_id: int, typed: str | None) -> int | None:
    """The id of the person with this address, however it is written; None when unknown or malformed."""
    try:
        key = rules.email_key(typed) if typed else None
    except InvalidEmail:
        return None
    row = sql.row("SELECT id FROM subscriber WHERE account_id = %s AND email_key = %s", [account_id, key])
    return int(row["id"]) if row else None


def list_page(
    account_id: int,
    *,
    state: str = "",
    tag_ids: Sequence[int] = (),
    search: str = "",
    sort: str = "-created_at",
    page: int = 1,
    per_page: int = 50,
) -> PeoplePage:
    """People of a state (empty: all), with all of these tags, whose address or name contains `search`."""
    where, parameters = filter_sql(account_id, state=state, tag_ids=tag_ids, search=search)
    order = _SORTS.get(sort, _SORTS["-created_at"])
    items = sql.rows(
        f"SELECT {_COLUMNS} FROM subscriber s WHERE {where} ORDER BY {order} LIMIT %s OFFSET %s",
        [*parameters, per_page, (page - 1) * per_page],
    )
    return PeoplePage(
        [_person(row) for row in items], _total(account_id, state, tag_ids, search, where, parameters)
    )


def filter_sql(
    account_id: int, *, state: str = "", tag_ids: Sequence[int] = (), search: str = ""
) -> tuple[str, list[Any]]:
    """The condition over `subscriber s` that the list and acts on "all that match" share."""
    where = "s.account_id = %s"
    parameters: list[Any] = [account_id]
    if state and state != "all":
        where += " AND s.state = %s"
        parameters.append(state)
    for tag_id in tag_ids:
        where += (
            " AND EXISTS (SELECT FROM membership m WHERE m.account_id = s.account_id"
            " AND m.subscriber_id = s.id AND m.tag_id = %s)"
        )
        parameters.append(tag_id)
    search = search.replace("\x00", "").strip()
    if search:
        # The expression of the trigram index subscriber_search, character by character.
        where += " AND (s.email_key || ' ' || lower(coalesce(s.first_name, ''))) LIKE %s"
        escaped = search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parameters.append(f"%{escaped}%")
    return where, parameters


def find_people(account_id: int, search: str, *, limit: int) -> list[Person]:
    """A few people whose address or name contains `search`, the newest first."""
    where, parameters = filter_sql(account_id, search=search)
    rows = sql.rows(
        f"SELECT {_COLUMNS} FROM subscriber s WHERE {where} ORDER BY s.created_at DESC, s.id DESC LIMIT %s",
        [*parameters, limit],
    )
    return [_person(row) for row in rows]


def _total(
    account_id: int, state: str, tag_ids: Sequence[int], search: str, where: str, parameters: list[Any]
) -> int:
    if search.strip() or len(tag_ids) > 1:
        row = sql.row(f"SELECT count(*) AS n FROM subscriber s WHERE {where}", parameters)
        return int(row["n"]) if row else 0
    counts = place_counts(account_id, "tag", tag_ids[0]) if tag_ids else state_counts(account_id)
    return sum(counts.values()) if state in ("", "all") else counts.get(state, 0)


def state_counts(account_id: int) -> dict[str, int]:
    """How many people are in each state: folded counts and those not folded yet, exact in this snapshot."""
    return place_counts(account_id, "people", 0)


def place_counts(account_id: int, subject: str, subject_id: int) -> dict[str, int]:
    """People by their own state under a tag, form or sequence (`people`, 0: on the whole list)."""
    rows = sql.rows(
        "SELECT state, sum(n)::bigint AS n FROM ("
        " SELECT state, n FROM counter_total WHERE account_id = %(account)s AND subject = %(subject)s"
        " AND subject_id = %(id)s UNION ALL"
        " SELECT state, n FROM counter_delta WHERE account_id = %(account)s AND subject = %(subject)s"
        " AND subject_id = %(id)s) c GROUP BY state",
        {"account": account_id, "subject": subject, "id": subject_id},
    )
    return dict.fromkeys(STATES, 0) | {row["state"]: int(row["n"]) for row in rows}


def subject_counts(account_id: int, subject: str) -> dict[int, int]:
    """People under every tag (or form, or sequence) of the account, whatever their state, by its id."""
    rows = sql.rows(
        "SELECT subject_id, sum(n)::bigint AS n FROM ("
        " SELECT subject_id, n FROM counter_total WHERE account_id = %(account)s AND subject = %(subject)s"
        " UNION ALL"
        " SELECT subject_id, n FROM counter_delta WHERE account_id = %(account)s AND subject = %(subject)s) c"
        " GROUP BY subject_id",
        {"account": account_id, "subject": subject},
    )
    return {row["subject_id"]: int(row["n"]) for row in rows}


def tags_of(account_id: int, subscriber_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    """Tags of each person: [{id, name, created_at}], by name."""
    found: dict[int, list[dict[str, Any]]] = {subscriber: [] for subscriber in subscriber_ids}
    for row in sql.rows(
        "SELECT m.subscriber_id, t.id, t.name, t.created_at FROM membership m"
        " JOIN tag t ON t.account_id = m.account_id AND t.id = m.tag_id"
        " WHERE m.account_id = %s AND m.subscriber_id = ANY(%s) AND m.tag_id IS NOT NULL"
        " ORDER BY lower(t.name)",
        [account_id, subscriber_ids],
    ):
        found[row.pop("subscriber_id")].append(row)
    return found


def profile(account_id: int, subscriber_id: int) -> dict[str, Any]:
    """What belongs to a person beside the row itself: `places` (form ids with state and time), `consent`."""
    places = sql.rows(
        "SELECT form_id, state, created_at FROM membership"
        " WHERE account_id = %s AND subscriber_id = %s AND form_id IS NOT NULL ORDER BY created_at DESC",
        [account_id, subscriber_id],
    )
    consent = sql.rows(
        "SELECT id, form_id, wording, wording_at, asked_at, host(ip) AS ip, user_agent, page, confirmed_at,"
        " host(confirmed_ip) AS confirmed_ip"
        " FROM consent WHERE account_id = %s AND subscriber_id = %s ORDER BY id DESC",
        [account_id, subscriber_id],
    )
    return {"places": places, "consent": consent}


def _person(row: dict[str, Any]) -> Person:
    # Django's connection hands jsonb over as text.
    return Person(**row | {"fields": json.loads(row["fields"])})
