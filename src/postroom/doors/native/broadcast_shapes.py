"""What `/api/1/broadcasts` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema


class AudienceTags(Schema):
    tags: list[int] = []


class AudienceBody(Schema):
    """Everyone active, or those with any of the included tags and none of the excluded; with `not_opened` (a
    `send_id`) only those of them who gave no sign of opening that send."""

    include: AudienceTags = AudienceTags()
    exclude: AudienceTags = AudienceTags()
    not_opened: int | None = None


class FiguresOut(Schema):
    """Of a sent broadcast; rates are shares of the delivered, 0 to 1."""

    delivered: int
    open_rate: float | None
    click_rate: float | None
    unsubscribed: int


class ShortProgressOut(Schema):
    """How far a broadcast on its way is."""

    planned: int
    delivered: int
    open: int
    rate_per_s: float
    position: int
    done_at: datetime | None


class BroadcastItemOut(Schema):
    id: int
    subject: str
    preview_text: str
    state: str
    label: str
    pause_reason: str
    held: bool
    rehearsed: bool
    audience_text: str
    send_at: datetime | None
    sent_at: datetime | None
    created_at: datetime
    updated_at: datetime
    copy_of: int | None
    progress: ShortProgressOut | None
    report: FiguresOut | None


class BroadcastPageOut(Schema):
    items: list[BroadcastItemOut]
    total: int
    page: int
    per_page: int
    counts: dict[str, int]


class BroadcastOut(Schema):
    id: int
    subject: str
    preview_text: str
    description: str
    body: dict[str, Any]
    audience: AudienceBody
    audience_text: str
    audience_count: int
    from_name: str
    from_email: str
    from_options: list[dict[str, str]]
    state: str
    label: str
    pause_reason: str
    held: bool
    held_before_expansion: bool
    rehearsed: bool
    revision: int
    send_id: int | None
    send_at: datetime | None
    send_wall: str
    send_zone: str
    ambiguous: str
    copy_of: int | None
    identical_to: int | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    sent_at: datetime | None
    outlet: str | None


class BroadcastIn(Schema):
    subject: str = ""


class BroadcastChangesIn(Schema):
    """What changes; the rest stays. `revision` is the one these changes were based on."""

    revision: int
    subject: str | None = None
    preview_text: str | None = None
    description: str | None = None
    body: dict[str, Any] | None = None
    audience: dict[str, Any] | None = None
    from_name: str | None = None
    from_email: str | None = None
    ambiguous: str | None = None


class HintOut(Schema):
    code: str
    text: str


class SavedOut(Schema):
    revision: int
    size_bytes: int
    warnings: list[HintOut]


class PreviewIn(Schema):
    subscriber_id: int | None = None
    mode: str = "html"


class LetterPreviewOut(Schema):
    html: str
    text: str
    subject: str
    size_bytes: int
    warnings: list[HintOut]


class AudienceIn(Schema):
    audience: dict[str, Any]


class CountOut(Schema):
    count: int


class AudiencePersonOut(Schema):
    id: int
    email: str
    first_name: str | None


class AudienceOut(Schema):
    count: int
    sample: list[AudiencePersonOut]


class TestBroadcastIn(Schema):
    to: list[str]


class TestBroadcastOut(Schema):
    sent: int


class ScheduleIn(Schema):
    """`at` is a wall time `YYYY-MM-DDTHH:MM` in `zone` (default: the account's), or null for now."""

    at: str | None = None
    zone: str = ""


class LogLineOut(Schema):
    at: datetime
    level: str
    text: str
    code: int | None
    count: int


class WaitingOut(Schema):
    id: int
    subject: str
    state: str
    label: str
    pause_reason: str
    held: bool
    send_at: datetime | None
    audience_text: str


class ProgressOut(Schema):
    """planned = delivered + bounced + refused + uncertain + excluded + cancelled + deferred + open."""

    state: str
    label: str
    pause_reason: str
    held: bool
    rehearsed: bool
    planned: int
    delivered: int
    deferred: int
    refused: int
    bounced: int
    uncertain: int
    excluded: int
    cancelled: int
    open: int
    balances: bool
    rate_per_s: float
    best_rate_per_s: float
    position: int
    done_at: datetime | None
    started_at: datetime | None
    log: list[LogLineOut]
    waiting: list[WaitingOut]
