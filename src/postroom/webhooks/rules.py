"""Which events there are, when a failed delivery is tried again, how a body is signed. No I/O."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Literal

Param = Literal["form_id", "sequence_id", "tag_id", "product_id", "initiator_value"]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a webhook can hear of. `prefix` stands before the name in Kit's requests."""

    name: str
    fact: str
    param: Param | None = None
    prefix: str = "subscriber"

    @property
    def about_subject(self) -> bool:
        """Whether the body is about the fact's subject rather than its person."""
        return self.prefix == "purchase"


EVENTS = {
    event.name: event
    for event in (
        Event("subscriber_activate", "subscriber_activated"),
        Event("subscriber_unsubscribe", "subscriber_unsubscribed"),
        Event("subscriber_bounce", "subscriber_bounced"),
        Event("subscriber_complain", "subscriber_complained"),
        Event("form_subscribe", "form_subscribed", "form_id"),
        Event("course_subscribe", "sequence_subscribed", "sequence_id"),
        Event("course_complete", "sequence_completed", "sequence_id"),
        Event("link_click", "link_clicked", "initiator_value"),
        Event("product_purchase", "product_purchased", "product_id"),
        Event("tag_add", "tag_added", "tag_id"),
        Event("tag_remove", "tag_removed", "tag_id"),
        Event("purchase_create", "purchase_created", prefix="purchase"),
    )
}
BY_FACT = {event.fact: event for event in EVENTS.values()}

WAITS_S = (30, 120, 15 * 60, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
MAX_ATTEMPTS = len(WAITS_S) + 1
RETRY_AFTER_S = (1, 24 * 3600)
DEAD_AFTER_S = 3 * 24 * 3600
"""Longer than all tries of one delivery take: one that is paused for it has surely lost one."""


def find_event(given: str) -> Event | None:
    """The event of a name with or without its prefix."""
    prefix, dot, name = given.rpartition(".")
    event = EVENTS.get(name)
    return event if event and (not dot or prefix == event.prefix) else None


def is_success(status: int | None) -> bool:
    """Whether the target took it."""
    return status is not None and 200 <= status < 300


def wait_s(
    attempts: int, status: int | None, retry_after: str | None, now: datetime, spread: Callable[[], float]
) -> float | None:
    """Seconds until the next try after `attempts` failed ones; None when it was the last.

    `spread` answers a factor around 1, so that what failed together does not come back together. What a
    target asks for on 429 and 503 counts instead, within a second and a day."""
    if attempts >= MAX_ATTEMPTS:
        return None
    asked = read_retry_after(retry_after, now) if status in (429, 503) else None
    if asked is not None:
        return min(max(asked, RETRY_AFTER_S[0]), RETRY_AFTER_S[1])
    return WAITS_S[attempts - 1] * spread()


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from `Retry-After` (RFC 9110 §10.2.3): a number, or a date; None when it is neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return (until - now).total_seconds() if until.tzinfo else None


def sign(secret: str, at_s: int, body: bytes) -> str:
    """`t=<unix>,v1=<hex>`: HMAC-SHA-256 over time, full stop and body."""
    made = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256)
    return f"t={at_s},v1={made.hexdigest()}"
