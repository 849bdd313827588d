"""Who is in a sequence: add, take out, stop and wake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.db import transaction
from psycopg.types.json import Jsonb

from postroom.lib import sql
from postroom.sequences import queries
from postroom.sequences.errors import NotInSequence, SequenceNotFound
from postroom.sequences.services.change import set_times
from postroom.subscribers.rules import MAX_NAME, MAX_VALUE, Cause, clean_text, parse_email

_SUBSCRIBE = """
SELECT * FROM sequences_subscribe(%(account)s, %(sequence)s, %(email)s, %(key)s, %(first_name)s, %(fields)s,
    %(tags)s, %(origin)s, %(source)s, %(cause_kind)s, %(cause_id)s, %(actor)s)
"""


class Joined(TypedDict):
    """A person after they were put into a sequence. `state` is the subscription's, `subscriber_state`
    theirs."""

    subscription_id: int
    state: str
    created_at: datetime
    referrer: str | None
    source: str | None
    subscriber_id: int
    subscriber_state: str
    created: bool
    """The person is new to the account."""


def subscribe(
    *,
    account_id: int,
    sequence_id: int,
    email: str,
    cause: Cause,
    first_name: str | None = None,
    fields: Mapping[str, Any] | None = None,
    tag_ids: Sequence[int] = (),
    origin: str = "API",
    source: str | None = None,
) -> Joined:
    """Finds or makes the person and puts them into the sequence, in one round trip. Doing it again changes
    nothing, but for who completed a sequence that repeats: they start over.

    `fields` by key; `origin` is where a new person came from, `source` where the place did.
    Raises InvalidEmail (of the subscribers), SequenceNotFound."""
    address = parse_email(email)
    row = sql.hot_row(
        _SUBSCRIBE,
        {
            "account": account_id,
            "sequence": sequence_id,
            "email": address.email,
            "key": address.key,
            "first_name": clean_text(first_name)[:MAX_NAME] if first_name else None,
            "fields": Jsonb(
                {
                    key: clean_text(value)[:MAX_VALUE]
                    for key, value in (fields or {}).items()
                    if value is not None
                }
            ),
            "tags": [tag for tag in tag_ids if 0 < tag < 2**53],
            "origin": origin,
            "source": source,
            "cause_kind": cause.kind,
            "cause_id": cause.id,
            "actor": cause.actor,
        },
    )
    assert row is not None
    if row.pop("outcome") != "ok":
        raise SequenceNotFound
    return Joined(**row)  # type: ignore[typeddict-item]


@transaction.atomic
def add_people(*, account_id: int, sequence_id: int, emails: Sequence[str], cause: Cause) -> list[Joined]:
    """Puts people into a sequence by their addresses, all or none; unknown ones become subscribers.

    Raises SequenceNotFound, InvalidEmail."""
    queries.get(account_id, sequence_id)
    keyed = {parse_email(email).key: email for email in emails}
    # In one order, so that two calls at once wait for each other rather than lock each other out.
    return [
        subscribe(
            account_id=account_id,
            sequence_id=sequence_id,
            email=keyed[key],
            cause=cause,
            origin="Added by hand",
            source="Added by hand",
        )
        for key in sorted(keyed)
    ]


@transaction.atomic
def remove(*, account_id: int, sequence_id: int, subscriber_id: int, cause: Cause) -> None:
    """Takes a person out; nothing more of the sequence follows. Raises SequenceNotFound, NotInSequence."""
    queries.get(account_id, sequence_id)
    row = sql.row(
        "SELECT subscribers_leave(%s, %s, 'sequence', %s, %s, %s, %s) AS left",
        [account_id, subscriber_id, sequence_id, cause.kind, cause.id, cause.actor],
    )
    if row is None or not row["left"]:
        raise NotInSequence
    stop_people(account_id=account_id, subscriber_ids=[subscriber_id])


def stop_people(*, account_id: int, subscriber_ids: Sequence[int]) -> None:
    """Ends the way of those who left, bounced or complained, or whose place is gone; others go on."""
    sql.execute(
        sql.load("sequences", "stop_people"), {"account": account_id, "people": sorted(subscriber_ids)}
    )


@transaction.atomic
def wake_people(*, account_id: int, subscriber_ids: Sequence[int]) -> None:
    """Lets those go on who have confirmed, or whose leaving was taken back; the delay counts from now."""
    parameters = {"account": account_id, "people": sorted(subscriber_ids)}
    sql.rows(sql.load("sequences", "hold_sequences"), parameters)
    woken = sql.rows(sql.load("sequences", "wake_people"), parameters)
    for row in woken:
        set_times(account_id, row["sequence_id"], row["people"])
