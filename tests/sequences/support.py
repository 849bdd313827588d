"""A sequence with emails, its people, and time that passes. Imported by tests, which have set Django up."""

from __future__ import annotations

from typing import Any

from postroom.accounts.models import Account
from postroom.lib import sql
from postroom.sequences import services
from postroom.sequences.models import Enrolment, Sequence, SequenceEmail
from postroom.subscribers.rules import Cause

API = Cause("api", actor="key:secret")


def body(text: str) -> dict[str, Any]:
    return {
        "v": 1,
        "doc": {
            "type": "doc",
            "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
        },
    }


def course(account: Account, *subjects: str, delay_days: int = 1, **changes: Any) -> Sequence:
    """A sequence with a published email for each subject: the first at once, each later one after a day."""
    sequence = services.create(account_id=account.pk, name="Course", changes=changes)
    for number, subject in enumerate(subjects):
        letter(sequence, subject, delay_days if number else 0)
    return sequence


def letter(sequence: Sequence, subject: str, delay_days: int = 1, published: bool = True) -> SequenceEmail:
    return services.add_email(
        account_id=sequence.account_id,
        sequence_id=sequence.pk,
        changes={
            "subject": subject,
            "body": body(f"Words of {subject} for {{{{ subscriber.first_name }}}}"),
            "delay_value": delay_days,
            "delay_unit": "days",
            "published": published,
        },
    )


def join(sequence: Sequence, email: str, **more: Any) -> services.Joined:
    return services.subscribe(
        account_id=sequence.account_id, sequence_id=sequence.pk, email=email, cause=API, **more
    )


def place(sequence: Sequence, subscriber_id: int) -> Enrolment:
    return Enrolment.objects.get(
        account_id=sequence.account_id, sequence_id=sequence.pk, subscriber_id=subscriber_id
    )


def pass_days(days: float = 1) -> None:
    """Every enrolment is so much older."""
    sql.execute(
        "UPDATE enrolment SET placed_at = placed_at - make_interval(secs => %s),"
        " due_at = due_at - make_interval(secs => %s)",
        [days * 86_400] * 2,
    )


def work() -> int:
    """The loop until nobody is due."""
    moved = 0
    while found := services.send_due():
        moved += found
    return moved


def mailed(account_id: int, subscriber_id: int) -> list[str]:
    """Subjects of the emails that were planned for a person, in the order of the sequence."""
    found = sql.rows(
        "SELECT m.subject FROM delivery d JOIN sequence_email m ON m.account_id = d.account_id"
        " AND m.send_id = d.send_id WHERE d.account_id = %s AND d.recipient_id = %s"
        " ORDER BY d.nth, m.position",
        [account_id, subscriber_id],
    )
    return [row["subject"] for row in found]


def facts(account_id: int, kind: str) -> list[int]:
    """People of whom a fact was recorded."""
    found = sql.rows(
        "SELECT subscriber_id FROM fact WHERE account_id = %s AND kind = %s ORDER BY id", [account_id, kind]
    )
    return [row["subscriber_id"] for row in found]
