"""The demo's sequence: a welcome of four emails, with people at every place of it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from postroom.accounts.models import Account
from postroom.doors.cli.demo.content import Creator, button, document, heading, name_chip, paragraph
from postroom.lib import sql
from postroom.sequences import services
from postroom.sequences.models import Enrolment, Sequence, SequenceEmail
from postroom.subscribers.models import Change, Membership, Subscriber
from postroom.subscribers.rules import Cause

NAME = "Welcome, slowly"
EMAILS = (
    ("Good to have you here", 0, "You will get a letter every Thursday. Before that, three small things."),
    ("The one-list method", 2, "It fits on a card, and it is the thing people write to me about most."),
    ("What I got wrong at first", 4, "I measured everything. Then I stopped, and the mornings got longer."),
    (
        "A question for you",
        7,
        "What would you do with an hour nobody wants? Answer this email, I read them all.",
    ),
)
PEOPLE = 48
DAYS_APART = 0.45
"""Somebody new so often; who began before the last email's time has completed it."""


def fill_sequence(account: Account, creator: Creator, now: datetime, seed: int) -> None:
    """Makes the sequence and its past: who joined when, what they got, opened and clicked."""
    chance = random.Random(seed)  # noqa: S311 - a made-up past, not a secret
    sequence, emails = _write(account, creator)
    longest = timedelta(days=DAYS_APART * PEOPLE)
    readers = Subscriber.objects.filter(
        account_id=account.pk, state="active", created_at__lt=now - longest - timedelta(days=1)
    ).order_by("-created_at", "-id")
    for number, person in enumerate(readers[:PEOPLE]):
        started_at = now - timedelta(days=DAYS_APART * number, minutes=37 * number % 600)
        _enrol(sequence, emails, person, started_at, now, chance)


def _write(account: Account, creator: Creator) -> tuple[Sequence, list[SequenceEmail]]:
    sequence = services.create(account_id=account.pk, name=NAME)
    emails = [
        services.add_email(
            account_id=account.pk,
            sequence_id=sequence.pk,
            changes={
                "subject": subject,
                "body": _body(creator, subject, words),
                "delay_value": days,
                "delay_unit": "days",
                "published": True,
            },
        )
        for subject, days, words in EMAILS
    ]
    return sequence, emails


def _body(creator: Creator, subject: str, words: str) -> dict[str, Any]:
    label, path = creator.links[0]
    return document(
        heading(subject),
        paragraph("Hi ", name_chip(), ","),
        paragraph(words),
        button(label, f"https://{creator.domain}/{path}"),
        paragraph("Slowly yours,"),
    )


def _enrol(
    sequence: Sequence,
    emails: list[SequenceEmail],
    person: Subscriber,
    started_at: datetime,
    now: datetime,
    chance: random.Random,
) -> None:
    account_id = sequence.account_id
    made = services.subscribe(
        account_id=account_id, sequence_id=sequence.pk, email=person.email, cause=Cause("demo"), source="Demo"
    )
    times = [started_at]
    for email in emails[1:]:
        times.append(times[-1] + timedelta(days=email.delay_value))
    had = [(email, at) for email, at in zip(emails, times, strict=True) if at <= now]
    for email, at in had:
        _send(email, person.pk, at, now, chance)
    done = len(had) == len(emails)
    Enrolment.objects.filter(account_id=account_id, sequence_id=sequence.pk, subscriber_id=person.pk).update(
        state="completed" if done else "active",
        last_email_id=had[-1][0].pk,
        next_email_id=None if done else emails[len(had)].pk,
        placed_at=had[-1][1],
        due_at=None if done else times[len(had)],
        started_at=started_at,
        completed_at=had[-1][1] if done else None,
    )
    Membership.objects.filter(account_id=account_id, id=made["subscription_id"]).update(
        created_at=started_at, updated_at=started_at
    )
    Change.objects.filter(
        account_id=account_id, subscriber_id=person.pk, kind="sequence", subject_id=sequence.pk
    ).update(at=started_at)


def _send(email: SequenceEmail, person_id: int, at: datetime, now: datetime, chance: random.Random) -> None:
    key = [email.account_id, email.send_id, person_id]
    sql.execute(
        "INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day, state, attempts, code, at)"
        " VALUES (%s, %s, %s, 0, %s, 'accepted', 1, 250, %s)",
        [*key, at.date(), at],
    )
    opened_at = at + timedelta(minutes=chance.randint(4, 900))
    if opened_at > now or chance.random() > 0.55:
        return
    clicks = int(chance.random() < 0.3)
    sql.execute(
        "INSERT INTO engagement (account_id, send_id, recipient_id, nth, opens, machine_opens, first_open_at,"
        " last_open_at, clicks, machine_clicks, first_click_at, last_click_at)"
        " VALUES (%s, %s, %s, 0, 1, 0, %s, %s, %s, 0, %s, %s)",
        [*key, opened_at, opened_at, clicks, *[opened_at if clicks else None] * 2],
    )
