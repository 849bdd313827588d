"""What can happen to one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from psycopg.types.json import Jsonb

from postroom.lib import sql
from postroom.subscribers import rules
from postroom.subscribers.errors import EmailTaken, SubscriberNotFound
from postroom.subscribers.rules import Cause


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A person after a subscribe call."""

    id: int
    state: str
    created: bool


@transaction.atomic
def subscribe(
    *,
    account_id: int,
    email: str,
    cause: Cause,
    first_name: str | None = None,
    fields: Mapping[str, str | None] | None = None,
    new_state: str = "active",
    source: str = "",
    reactivate: bool = False,
    tag_ids: list[int] | None = None,
    origin: str | None = None,
) -> Subscribed:
    """Finds or makes a person; `fields` by field id as text.

    `reactivate`: somebody who unsubscribed comes back. `origin` is the source on tag places.
    Raises InvalidEmail."""
    address = rules.parse_email(email)
    row = sql.row(
        "SELECT * FROM subscribers_upsert(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            account_id,
            address.email,
            address.key,
            _name(first_name),
            Jsonb(clean_fields(fields)),
            new_state,
            source,
            cause.kind,
            cause.id,
            cause.actor,
        ],
    )
    assert row is not None
    state = str(row["state"])
    if reactivate and state == "cancelled":
        _set_state(account_id, row["id"], new_state, cause)
        state = new_state
    for tag_id in tag_ids or []:
        sql.rows(
            "SELECT * FROM subscribers_join(%s, %s, 'tag', %s, 'active', %s, NULL, %s, %s, %s)",
            [account_id, row["id"], tag_id, origin, cause.kind, cause.id, cause.actor],
        )
    return Subscribed(row["id"], state, row["created"])


@transaction.atomic
def add(
    *,
    account_id: int,
    email: str,
    cause: Cause,
    first_name: str | None = None,
    fields: Mapping[str, str | None] | None = None,
    source: str = "",
) -> Subscribed:
    """A new person, active at once. Raises InvalidEmail, and EmailTaken before anything is written."""
    address = rules.parse_email(email)
    known = sql.row(
        "SELECT id FROM subscriber WHERE account_id = %s AND email_key = %s", [account_id, address.key]
    )
    if known is not None:
        raise EmailTaken
    made = subscribe(
        account_id=account_id,
        email=email,
        cause=cause,
        first_name=first_name,
        fields=fields,
        source=source,
    )
    if not made.created:  # somebody else was faster; what the call has written goes with its transaction
        raise EmailTaken
    return made


@transaction.atomic
def update(
    *,
    account_id: int,
    subscriber_id: int,
    cause: Cause,
    email: str | None = None,
    first_name: str | None = None,
    fields: Mapping[str, str | None] | None = None,
) -> bool:
    """Writes what is given (None: not given; an empty text clears). `fields` by field id as text.

    True when something changed. Raises InvalidEmail, EmailTaken, SubscriberNotFound."""
    address = rules.parse_email(email) if email is not None else None
    found = sql.row(
        "SELECT id FROM subscriber WHERE account_id = %s AND id = %s", [account_id, subscriber_id]
    )
    if found is None:
        raise SubscriberNotFound
    try:
        with transaction.atomic():
            row = sql.row(
                "SELECT subscribers_edit(%s, %s, %s, %s, %s, %s, %s, %s, %s) AS changed",
                [
                    account_id,
                    subscriber_id,
                    address.email if address else None,
                    address.key if address else None,
                    _name(first_name),
                    Jsonb(clean_fields(fields)),
                    cause.kind,
                    cause.id,
                    cause.actor,
                ],
            )
    except IntegrityError as error:
        if "subscriber_email_key" not in str(error):
            raise
        raise EmailTaken from None
    return bool(row and row["changed"])


def unsubscribe(*, account_id: int, subscriber_id: int, cause: Cause) -> bool:
    """Ends all letters to a person; True when they were subscribed until now. Raises SubscriberNotFound."""
    return set_state(account_id=account_id, subscriber_id=subscriber_id, state="cancelled", cause=cause)


@transaction.atomic
def take_back_leaving(*, account_id: int, subscriber_id: int, cause: Cause) -> bool:
    """Undoes how a person left last: their state, and exactly the forms and sequences that ended with it.

    True when they had left."""
    row = sql.row(
        "SELECT subscribers_take_back_leaving(%s, %s, %s, %s, %s) AS moved",
        [account_id, subscriber_id, cause.kind, cause.id, cause.actor],
    )
    return bool(row and row["moved"])


def bounce(*, account_id: int, subscriber_id: int, cause: Cause) -> bool:
    """The address does not exist any more: nothing is sent to it again. True when the state moved."""
    return set_state(account_id=account_id, subscriber_id=subscriber_id, state="bounced", cause=cause)


def complain(*, account_id: int, subscriber_id: int, cause: Cause) -> bool:
    """The person called a letter spam: nothing is sent again. True when the state moved."""
    return set_state(account_id=account_id, subscriber_id=subscriber_id, state="complained", cause=cause)


@transaction.atomic
def set_state(*, account_id: int, subscriber_id: int, state: str, cause: Cause) -> bool:
    """Moves a person to `state`; False when they are there already or the move does not apply.

    Raises SubscriberNotFound."""
    if _set_state(account_id, subscriber_id, state, cause):
        return True
    exists = sql.row(
        "SELECT id FROM subscriber WHERE account_id = %s AND id = %s", [account_id, subscriber_id]
    )
    if exists is None:
        raise SubscriberNotFound
    return False


@transaction.atomic
def confirm(
    *, account_id: int, subscriber_id: int, form_id: int | None, cause: Cause, ip: str | None = None
) -> bool:
    """The click that confirms. True when the person or their place under the form became active by it."""
    row = sql.row(
        "SELECT subscribers_confirm(%s, %s, %s, %s, %s, %s, %s) AS moved",
        [account_id, subscriber_id, form_id, ip, cause.kind, cause.id, cause.actor],
    )
    return bool(row and row["moved"])


def suppress(*, account_id: int, email: str, reason: str) -> None:
    """Puts an address on the list of those that are never mailed. `reason`: complained, erased, bounced.

    Raises InvalidEmail."""
    sql.execute(
        "INSERT INTO suppression (account_id, address_hash, reason)"
        " VALUES (%s, sha256(convert_to(%s, 'UTF8')), %s)"
        " ON CONFLICT (account_id, address_hash) DO NOTHING",
        [account_id, rules.email_key(email), reason],
    )


@transaction.atomic
def erase(*, account_id: int, subscriber_ids: list[int], cause: Cause) -> int:
    """Deletes people with all that hangs on them, but a hash of the address. Answers how many went."""
    row = sql.row(
        "SELECT subscribers_erase(%s, %s, true, %s, %s, %s) AS n",
        [account_id, subscriber_ids, cause.kind, cause.id, cause.actor],
    )
    return int(row["n"]) if row else 0


def clean_fields(fields: Mapping[str, Any] | None) -> dict[str, str | None]:
    """Values as text, as PostgreSQL and Kit's clients take them: trimmed, cut to 10,000 characters."""
    return {
        str(key): None if value is None else rules.clean_text(value)[: rules.MAX_VALUE]
        for key, value in (fields or {}).items()
    }


def _name(first_name: str | None) -> str | None:
    return None if first_name is None else rules.clean_text(first_name)[: rules.MAX_NAME]


def _set_state(account_id: int, subscriber_id: int, state: str, cause: Cause) -> bool:
    row = sql.row(
        "SELECT subscribers_set_state(%s, %s, %s, %s, %s, %s) AS moved",
        [account_id, subscriber_id, state, cause.kind, cause.id, cause.actor],
    )
    return bool(row and row["moved"])
