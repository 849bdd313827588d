"""Making, changing and deleting sequences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from postroom.lib import clock, sql
from postroom.sending import services as sending
from postroom.sequences import queries, rules
from postroom.sequences.models import Sequence, SequenceEmail
from postroom.subscribers.rules import parse_email

_TIMES = {"active", "hold"}
"""Switches on which it depends who is due."""


@transaction.atomic
def create(*, account_id: int, name: str, changes: Mapping[str, Any] | None = None) -> Sequence:
    """A sequence without emails. Raises SequenceInvalid, InvalidEmail."""
    return Sequence.objects.create(account_id=account_id, **_checked({"name": name, **(changes or {})}))


@transaction.atomic
def save(*, account_id: int, sequence_id: int, changes: Mapping[str, Any]) -> Sequence:
    """Changes the given settings. Switched off, nothing of it leaves, planned mail included; switched on
    again, everybody goes on where they stood. Raises SequenceNotFound, SequenceInvalid, InvalidEmail."""
    values = _checked(changes)
    before = queries.get(account_id, sequence_id)
    Sequence.objects.filter(account_id=account_id, id=sequence_id).update(**values, updated_at=clock.now())
    if any(name in values and getattr(before, name) != values[name] for name in _TIMES):
        set_times(account_id, sequence_id)
    if "active" in values and values["active"] != before.active:
        set_flow(account_id, sequence_id, running=values["active"])
    return queries.get(account_id, sequence_id)


@transaction.atomic
def delete(*, account_id: int, sequence_id: int) -> None:
    """Deletes a sequence; nobody is in it afterwards and nothing of it leaves. The ledger keeps what left.

    Raises SequenceNotFound."""
    queries.get(account_id, sequence_id)
    for send_id in _sends(account_id, sequence_id):
        sending.cancel_send(account_id=account_id, send_id=send_id)
    sql.execute("DELETE FROM sequence WHERE account_id = %s AND id = %s", [account_id, sequence_id])


def set_times(account_id: int, sequence_id: int, people: list[int] | None = None) -> None:
    """Says anew who waits for what and until when, after something changed on which that depends."""
    sql.execute("SELECT sequences_set_times(%s, %s, %s)", [account_id, sequence_id, people])


def set_flow(account_id: int, sequence_id: int, *, running: bool) -> None:
    """Lets planned messages of every email leave, or keeps them."""
    for send_id in _sends(account_id, sequence_id):
        if running:
            sending.resume_send(account_id=account_id, send_id=send_id)
        else:
            sending.pause_send(account_id=account_id, send_id=send_id, reason="hand")


def _sends(account_id: int, sequence_id: int) -> list[int]:
    found = SequenceEmail.objects.filter(
        account_id=account_id, sequence_id=sequence_id, send_id__isnull=False
    )
    return [send_id for send_id in found.values_list("send_id", flat=True) if send_id is not None]


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    values = rules.check_sequence(changes)
    if values.get("from_email"):
        values["from_email"] = parse_email(values["from_email"]).email
    return values
