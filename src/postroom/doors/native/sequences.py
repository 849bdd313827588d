"""`/api/1/sequences`: emails one after the other, and the people on their way through them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from postroom.accounts.models import Account
from postroom.doors.native.auth import READERS, caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.doors.native.sequence_shapes import (
    AddedPeople,
    AddPeople,
    EmailOrder,
    NewSequence,
    NewSequenceEmail,
    Place,
    SequenceChanges,
    SequenceDetail,
    SequenceEmailChanges,
    SequenceEmailDetail,
    SequenceEmailSaved,
    SequencePerson,
    SequencePreviewIn,
    SequencePreviewOut,
    SequenceRow,
    SequencesOfPerson,
    SequenceTestIn,
    SequenceTestOut,
)
from postroom.sequences import queries, services
from postroom.sequences.models import Sequence, SequenceEmail
from postroom.subscribers import queries as people
from postroom.subscribers.rules import Cause

router = Router(tags=["Sequences"])
_STATES_IN_IT = ("on_way", "at_end", "waits")


@router.get("/sequences", response=Listing[SequenceRow])
def list_sequences(request: HttpRequest, paging: Query[Paging], q: str = "") -> dict[str, Any]:
    """Sequences by name."""
    account_id = caller(request).account_id
    found = queries.list_sequences(account_id, q)
    part = found[paging.offset : paging.offset + paging.per_page]
    return listing(_rows(account_id, part), len(found), paging)


@router.post("/sequences", response={201: SequenceDetail})
def create_sequence(request: HttpRequest, data: NewSequence) -> Status:
    """A sequence without emails, switched on: people may be added at once and wait for the first."""
    account_id = caller(request).account_id
    return Status(201, _detail(services.create(account_id=account_id, name=data.name)))


@router.get("/sequences/{int:sequence_id}", response=SequenceDetail)
def get_sequence(request: HttpRequest, sequence_id: int) -> dict[str, Any]:
    """One sequence with its emails in order and what became of each."""
    return _detail(queries.get(caller(request).account_id, sequence_id))


@router.patch("/sequences/{int:sequence_id}", response=SequenceDetail)
def save_sequence(request: HttpRequest, sequence_id: int, data: SequenceChanges) -> dict[str, Any]:
    """Change some settings. Switched off, nothing leaves and everybody stays where they are."""
    changes = {name: value for name, value in data.dict(exclude_unset=True).items() if value is not None}
    account_id = caller(request).account_id
    return _detail(services.save(account_id=account_id, sequence_id=sequence_id, changes=changes))


@router.delete("/sequences/{int:sequence_id}", response={204: None})
def delete_sequence(request: HttpRequest, sequence_id: int) -> Status:
    """The sequence goes with its emails; the people in it stay subscribers and get nothing more of it."""
    services.delete(account_id=caller(request).account_id, sequence_id=sequence_id)
    return Status(204, None)


@router.post("/sequences/{int:sequence_id}/emails", response={201: SequenceEmailDetail})
def add_sequence_email(request: HttpRequest, sequence_id: int, data: NewSequenceEmail) -> Status:
    """A new email at the end, not published unless asked for."""
    who = caller(request)
    email = services.add_email(account_id=who.account_id, sequence_id=sequence_id, changes=_given(data))
    return Status(201, _email_detail(who.account, email))


@router.put("/sequences/{int:sequence_id}/order", response=SequenceDetail)
def order_sequence_emails(request: HttpRequest, sequence_id: int, data: EmailOrder) -> dict[str, Any]:
    """Put the emails into another order. Who waits for an email goes on waiting for it."""
    account_id = caller(request).account_id
    services.order_emails(account_id=account_id, sequence_id=sequence_id, ids=data.ids)
    return _detail(queries.get(account_id, sequence_id))


@router.get("/sequences/{int:sequence_id}/emails/{int:email_id}", response=SequenceEmailDetail)
def get_sequence_email(request: HttpRequest, sequence_id: int, email_id: int) -> dict[str, Any]:
    """One email with its body."""
    account = caller(request).account
    return _email_detail(account, queries.get_email(account.pk, sequence_id, email_id))


@router.patch("/sequences/{int:sequence_id}/emails/{int:email_id}", response=SequenceEmailSaved)
def save_sequence_email(
    request: HttpRequest, sequence_id: int, email_id: int, data: SequenceEmailChanges
) -> dict[str, Any]:
    """Store changes; 409 when it was saved elsewhere since `revision`. What is published is live at once."""
    changes = _given(data)
    saved = services.save_email(
        account_id=caller(request).account_id,
        sequence_id=sequence_id,
        email_id=email_id,
        revision=changes.pop("revision", None),
        changes=changes,
    )
    return {
        "revision": saved.email.revision,
        "published": saved.email.published,
        "size_bytes": saved.size_bytes,
        "warnings": _hints(saved.warnings),
    }


@router.delete("/sequences/{int:sequence_id}/emails/{int:email_id}", response={204: None})
def delete_sequence_email(request: HttpRequest, sequence_id: int, email_id: int) -> Status:
    """The email goes; who waits for it waits for the one behind it."""
    services.delete_email(account_id=caller(request).account_id, sequence_id=sequence_id, email_id=email_id)
    return Status(204, None)


@router.post(
    "/sequences/{int:sequence_id}/emails/{int:email_id}/preview", response=SequencePreviewOut, auth=READERS
)
def preview_sequence_email(
    request: HttpRequest, sequence_id: int, email_id: int, data: SequencePreviewIn
) -> dict[str, Any]:
    """The email as one person would get it, or as an example person; its links count nothing."""
    shown = services.preview(
        account_id=caller(request).account_id,
        sequence_id=sequence_id,
        email_id=email_id,
        subscriber_id=data.subscriber_id,
    )
    return {
        "subject": shown.subject,
        "html": shown.html,
        "text": shown.text,
        "size_bytes": shown.size_bytes,
        "warnings": _hints(shown.warnings),
    }


@router.post("/sequences/{int:sequence_id}/emails/{int:email_id}/test", response=SequenceTestOut)
def test_sequence_email(
    request: HttpRequest, sequence_id: int, email_id: int, data: SequenceTestIn
) -> dict[str, int]:
    """Mail the email as it stands to a few addresses, marked as a test."""
    sent = services.test_send(
        account_id=caller(request).account_id, sequence_id=sequence_id, email_id=email_id, to=data.to
    )
    return {"sent": sent}


@router.get("/sequences/{int:sequence_id}/people", response=Listing[SequencePerson])
def list_sequence_people(
    request: HttpRequest, sequence_id: int, paging: Query[Paging], place: Place | None = None, q: str = ""
) -> dict[str, Any]:
    """People in the sequence and where they stand, the next due first."""
    account_id = caller(request).account_id
    queries.get(account_id, sequence_id)
    found, total = queries.list_people(
        account_id, sequence_id, place=place or "", search=q, page=paging.page, per_page=paging.per_page
    )
    items = [
        {
            "subscriber_id": person.subscriber_id,
            "email": person.email,
            "first_name": person.first_name,
            "state": person.subscriber_state,
            "place": person.place,
            "last_email_id": person.last_email_id,
            "next_email_id": person.next_email_id,
            "due_at": person.due_at,
            "started_at": person.started_at,
            "completed_at": person.completed_at,
        }
        for person in found
    ]
    return listing(items, total, paging)


@router.post("/sequences/{int:sequence_id}/people", response=AddedPeople)
def add_sequence_people(request: HttpRequest, sequence_id: int, data: AddPeople) -> dict[str, int]:
    """Add people by their addresses, all or none; unknown ones become subscribers."""
    who = caller(request)
    made = services.add_people(
        account_id=who.account_id,
        sequence_id=sequence_id,
        emails=data.emails,
        cause=Cause("screen", actor=who.actor, origin="native"),
    )
    return {"added": len(made), "created": sum(one["created"] for one in made)}


@router.delete("/sequences/{int:sequence_id}/people/{int:subscriber_id}", response={204: None})
def remove_sequence_person(request: HttpRequest, sequence_id: int, subscriber_id: int) -> Status:
    """Take a person out; they stay a subscriber and get nothing more of this sequence."""
    who = caller(request)
    services.remove(
        account_id=who.account_id,
        sequence_id=sequence_id,
        subscriber_id=subscriber_id,
        cause=Cause("screen", actor=who.actor, origin="native"),
    )
    return Status(204, None)


@router.get("/subscribers/{int:subscriber_id}/sequences", response=SequencesOfPerson)
def list_sequences_of_person(request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
    """The sequences a person is or was in, the latest first."""
    account_id = caller(request).account_id
    person = people.get(account_id, subscriber_id)
    return {"items": queries.of_person(account_id, person.id)}


def _given(data: NewSequenceEmail) -> dict[str, Any]:
    return {name: value for name, value in data.dict(exclude_unset=True).items() if value is not None}


def _hints(found: list[services.Hint]) -> list[dict[str, str]]:
    return [{"code": hint.code, "text": hint.text} for hint in found]


def _rows(account_id: int, sequences: list[Sequence]) -> list[dict[str, Any]]:
    ids = [sequence.pk for sequence in sequences]
    emails = queries.list_emails(account_id, ids)
    counts = queries.count_people(account_id, ids)
    figures = queries.figures(
        account_id, [e.send_id for found in emails.values() for e in found if e.send_id]
    )
    rows = []
    for sequence in sequences:
        mine = emails[sequence.pk]
        parts = [figures[email.send_id] for email in mine if email.send_id]
        whole = queries.add_up([(part.sent, part.opened, part.clicked) for part in parts])
        rows.append(
            {
                "id": sequence.pk,
                "name": sequence.name,
                "active": sequence.active,
                "hold": sequence.hold,
                "repeat": sequence.repeat,
                "emails": len(mine),
                "published": sum(email.published for email in mine),
                "in_it": sum(counts[sequence.pk][place] for place in _STATES_IN_IT),
                "completed": counts[sequence.pk]["completed"],
                "sent": whole.sent,
                "open_rate": whole.open_rate,
                "click_rate": whole.click_rate,
                "created_at": sequence.created_at,
            }
        )
    return rows


def _detail(sequence: Sequence) -> dict[str, Any]:
    account_id, sequence_id = sequence.account_id, sequence.pk
    emails = queries.list_emails(account_id, [sequence_id])[sequence_id]
    return _rows(account_id, [sequence])[0] | {
        "from_name": sequence.from_name,
        "from_email": sequence.from_email,
        "updated_at": sequence.updated_at,
        "people": queries.count_people(account_id, [sequence_id])[sequence_id],
        "items": _email_rows(account_id, sequence_id, emails),
    }


def _email_rows(account_id: int, sequence_id: int, emails: list[SequenceEmail]) -> list[dict[str, Any]]:
    waiting = queries.count_waiting(account_id, sequence_id)
    figures = queries.figures(account_id, [email.send_id for email in emails if email.send_id])
    nothing = queries.add_up([])
    rows = []
    for email in emails:
        found = figures.get(email.send_id or 0, nothing)
        rows.append(
            {
                "id": email.pk,
                "position": email.position,
                "subject": email.subject,
                "preview_text": email.preview_text,
                "delay_value": email.delay_value,
                "delay_unit": email.delay_unit,
                "published": email.published,
                "waiting": waiting.get(email.pk, 0),
                "sent": found.sent,
                "opened": found.opened,
                "clicked": found.clicked,
                "open_rate": found.open_rate,
                "click_rate": found.click_rate,
            }
        )
    return rows


def _email_detail(account: Account, email: SequenceEmail) -> dict[str, Any]:
    sequence = queries.get(account.pk, email.sequence_id)
    return _email_rows(account.pk, sequence.pk, [email])[0] | {
        "sequence_id": sequence.pk,
        "sequence_name": sequence.name,
        "sequence_active": sequence.active,
        "body": email.body,
        "revision": email.revision,
        "from_name": sequence.from_name or account.from_name,
        "from_email": sequence.from_email or account.from_email,
        "updated_at": email.updated_at,
    }
