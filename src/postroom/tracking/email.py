"""One message to one person in full: its tries, what servers said, what was opened and clicked, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postroom.lib import sql
from postroom.sending.errors import SendNotFound
from postroom.sending.models import DeliveryAttempt
from postroom.tracking.models import Engagement, Hit, LinkClick

MAX_HITS = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """A try that was no plain yes: at which stage of the conversation, and the server's own words."""

    at: datetime
    stage: str
    code: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """An open or a click, by a person or a machine; `url` of a click."""

    at: datetime
    kind: str
    is_machine: bool
    url: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Link:
    """How often this person followed one address."""

    url: str
    clicks: int
    machine_clicks: int


@dataclass(frozen=True, slots=True)
class OneEmail:
    """`at` is the row's last move; `signs` are its newest hundred, oldest first, as long as hits are kept."""

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
    answers: list[Answer]
    signs: list[Sign]
    links: list[Link]


def show_email(account_id: int, subscriber_id: int, *, send_id: int, nth: int = 0) -> OneEmail:
    """One row of the ledger with all that hangs on it. Raises SendNotFound."""
    row = sql.row(
        "SELECT state, reason, code, attempts, at FROM delivery"
        " WHERE account_id = %s AND send_id = %s AND recipient_id = %s AND nth = %s",
        [account_id, send_id, subscriber_id, nth],
    )
    if row is None:
        raise SendNotFound("This email does not exist.")
    key: dict[str, Any] = {
        "account_id": account_id,
        "send_id": send_id,
        "recipient_id": subscriber_id,
        "nth": nth,
    }
    done = Engagement.objects.filter(**key).first() or Engagement(**key)
    tries = DeliveryAttempt.objects.filter(**key).order_by("id")
    hits = Hit.objects.filter(**key, kind__in=("open", "click")).order_by("-at")[:MAX_HITS]
    links = LinkClick.objects.filter(**key).order_by("link_no")
    return OneEmail(
        state=row["state"],
        reason=row["reason"] or "",
        code=row["code"],
        attempts=row["attempts"],
        at=row["at"],
        opens=done.opens,
        machine_opens=done.machine_opens,
        first_open_at=done.first_open_at,
        last_open_at=done.last_open_at,
        unsubscribed_at=done.unsubscribed_at,
        answers=[Answer(each.at, each.stage, each.code, each.text) for each in tries],
        signs=[
            Sign(each.at, each.kind, each.verdict == "machine", each.url or "", each.user_agent or "")
            for each in reversed(hits)
        ],
        links=[Link(each.url, each.clicks, each.machine_clicks) for each in links],
    )
