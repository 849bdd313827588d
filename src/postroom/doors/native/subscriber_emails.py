"""`/subscribers/{id}/emails`: what one person was sent, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.subscribers import queries
from postroom.tracking import queries as tracking
from postroom.tracking.email import OneEmail
from postroom.tracking.email import show_email as read_email

router = Router(tags=["Subscribers"])


class EmailOut(Schema):
    send_id: int
    broadcast_id: int | None
    kind: str
    subject: str
    mark: str
    text: str
    at: datetime
    nth: int


class EmailAnswer(Schema):
    """A try that was no plain yes, in the receiving server's words."""

    at: datetime
    stage: str
    code: int | None
    text: str


class EmailSign(Schema):
    at: datetime
    kind: Literal["open", "click"]
    is_machine: bool
    url: str
    user_agent: str


class EmailLink(Schema):
    url: str
    clicks: int
    machine_clicks: int


class OneEmailOut(Schema):
    """One message to one person in full. `signs` are kept as long as hits are."""

    state: str
    reason: str
    code: int | None
    attempts: int
    at: datetime
    opens: int
    machine_opens: int
    first_open_at: datetime | None
    last_open_at: datetime | None
    unsubscribed_at: datetime | None
    answers: list[EmailAnswer]
    signs: list[EmailSign]
    links: list[EmailLink]


class EmailsOut(Listing[EmailOut]):
    counts: dict[str, int]


@router.get("/subscribers/{int:subscriber_id}/emails", response=EmailsOut)
def list_emails(
    request: HttpRequest, subscriber_id: int, paging: Query[Paging], mark: str = ""
) -> dict[str, Any]:
    """Messages to the person, newest first, each with what became of it."""
    account_id = caller(request).account_id
    queries.get(account_id, subscriber_id)
    history = tracking.email_history(account_id, subscriber_id)
    shown = [email for email in history if not mark or email.mark == mark]
    part = shown[paging.offset : paging.offset + paging.per_page]
    return listing(part, len(shown), paging, counts=tracking.count_marks(history))


@router.get("/subscribers/{int:subscriber_id}/emails/{int:send_id}", response=OneEmailOut)
def show_email(request: HttpRequest, subscriber_id: int, send_id: int, nth: int = 0) -> OneEmail:
    """One message to the person: its tries, what servers answered, opens and clicks with their times."""
    account_id = caller(request).account_id
    queries.get(account_id, subscriber_id)
    return read_email(account_id, subscriber_id, send_id=send_id, nth=nth)
