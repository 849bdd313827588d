"""`/api/1/broadcasts`: letters from draft to sent, and what happens on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from postroom.accounts.models import Account
from postroom.broadcasts import queries, rules, services
from postroom.broadcasts.models import Broadcast
from postroom.doors.native.auth import READERS, caller
from postroom.doors.native.paging import Paging
from postroom.sending import outlet
from postroom.sending import queries as sending
from postroom.sending.models import Send
from postroom.subscribers.queries import audience as people
from postroom.tracking import queries as tracking

router = Router(tags=["Broadcasts"])


class TagsIn(Schema):
    tags: list[int] = []


class AudienceBody(Schema):
    """Everyone active, or those with any of the included tags and none of the excluded."""

    include: TagsIn = TagsIn()
    exclude: TagsIn = TagsIn()


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


class PreviewOut(Schema):
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
    first_name: str


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


@router.get("/broadcasts", response=BroadcastPageOut)
def list_broadcasts(
    request: HttpRequest, paging: Query[Paging], tab: str = "", q: str = ""
) -> dict[str, Any]:
    """A tab's broadcasts: `drafts`, `scheduled`, `sending`, `sent`, or all."""
    account = caller(request).account
    found, total = queries.list_page(
        account.pk, tab=tab if tab in _TABS else "", search=q, page=paging.page, per_page=paging.per_page
    )
    return {
        "items": _items(account, found),
        "total": total,
        "page": paging.page,
        "per_page": paging.per_page,
        "counts": queries.tab_counts(account.pk),
    }


@router.post("/broadcasts", response={201: BroadcastOut})
def create_broadcast(request: HttpRequest, data: BroadcastIn) -> Status:
    """A new draft, addressed to everyone."""
    account = caller(request).account
    return Status(201, _detail(account, services.create(account_id=account.pk, subject=data.subject)))


@router.post("/broadcasts/audience", response=CountOut, auth=READERS)
def count_people(request: HttpRequest, data: AudienceIn) -> dict[str, int]:
    """How many active people an audience has now."""
    audience = rules.normal_audience(data.audience)
    return {"count": people.count_audience(caller(request).account_id, audience)}


@router.get("/broadcasts/{int:broadcast_id}", response=BroadcastOut)
def get_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Everything of one broadcast."""
    account = caller(request).account
    return _detail(account, queries.get(account.pk, broadcast_id))


@router.patch("/broadcasts/{int:broadcast_id}", response=SavedOut)
def save_broadcast(request: HttpRequest, broadcast_id: int, data: BroadcastChangesIn) -> dict[str, Any]:
    """Store changes; 409 when the letter was saved elsewhere since `revision`."""
    changes = {k: v for k, v in data.dict(exclude_unset=True).items() if k != "revision" and v is not None}
    broadcast = services.save(
        account_id=caller(request).account_id,
        broadcast_id=broadcast_id,
        revision=data.revision,
        changes=changes,
    )
    shown = services.preview(account_id=broadcast.account_id, broadcast_id=broadcast.pk)
    return {
        "revision": broadcast.revision,
        "size_bytes": shown.size_bytes,
        "warnings": _warnings(shown.warnings),
    }


@router.delete("/broadcasts/{int:broadcast_id}", response={204: None})
def delete_broadcast(request: HttpRequest, broadcast_id: int) -> Status:
    """Remove a letter that has not begun to leave."""
    services.delete(account_id=caller(request).account_id, broadcast_id=broadcast_id)
    return Status(204, None)


@router.post("/broadcasts/{int:broadcast_id}/duplicate", response={201: BroadcastOut})
def duplicate_broadcast(request: HttpRequest, broadcast_id: int) -> Status:
    """A new draft with the same content and audience."""
    account = caller(request).account
    return Status(201, _detail(account, services.duplicate(account_id=account.pk, broadcast_id=broadcast_id)))


@router.post("/broadcasts/{int:broadcast_id}/preview", response=PreviewOut, auth=READERS)
def preview_broadcast(request: HttpRequest, broadcast_id: int, data: PreviewIn) -> dict[str, Any]:
    """The letter as one person would get it, or as an example person; links lead nowhere and count
    nothing."""
    shown = services.preview(
        account_id=caller(request).account_id, broadcast_id=broadcast_id, subscriber_id=data.subscriber_id
    )
    return {
        "html": shown.html,
        "text": shown.text,
        "subject": shown.subject,
        "size_bytes": shown.size_bytes,
        "warnings": _warnings(shown.warnings),
    }


@router.get("/broadcasts/{int:broadcast_id}/audience", response=AudienceOut)
def get_audience(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """How many people the letter goes to, and a few of them."""
    account = caller(request).account
    audience = queries.get(account.pk, broadcast_id).audience
    return {
        "count": people.count_audience(account.pk, audience),
        "sample": people.sample_audience(account.pk, audience),
    }


@router.post("/broadcasts/{int:broadcast_id}/test", response=TestBroadcastOut)
def test_broadcast(request: HttpRequest, broadcast_id: int, data: TestBroadcastIn) -> dict[str, int]:
    """Mail the letter as it stands to a few addresses, marked as a test."""
    return {
        "sent": services.test_send(
            account_id=caller(request).account_id, broadcast_id=broadcast_id, to=data.to
        )
    }


@router.post("/broadcasts/{int:broadcast_id}/schedule", response=BroadcastOut)
def schedule_broadcast(request: HttpRequest, broadcast_id: int, data: ScheduleIn) -> dict[str, Any]:
    """Send now or at a wall time. The answer may be `paused` with a reason: then it is held."""
    account = caller(request).account
    return _detail(
        account,
        services.schedule(account_id=account.pk, broadcast_id=broadcast_id, at=data.at, zone=data.zone),
    )


@router.post("/broadcasts/{int:broadcast_id}/unschedule", response=BroadcastOut)
def unschedule_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Back to draft."""
    account = caller(request).account
    return _detail(account, services.unschedule(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/pause", response=BroadcastOut)
def pause_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Stop after what is in the air."""
    account = caller(request).account
    return _detail(account, services.pause(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/resume", response=BroadcastOut)
def resume_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Go on where it stood."""
    account = caller(request).account
    return _detail(account, services.resume(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/cancel", response=BroadcastOut)
def cancel_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """What has not left never will. Final."""
    account = caller(request).account
    return _detail(account, services.cancel(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/send_anyway", response=BroadcastOut)
def send_broadcast_anyway(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Release a copy that was held because an identical letter waits or runs."""
    account = caller(request).account
    return _detail(account, services.send_anyway(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/send_for_real", response=BroadcastOut)
def send_broadcast_for_real(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Send a rehearsed letter through the mail server."""
    account = caller(request).account
    return _detail(account, services.send_for_real(account_id=account.pk, broadcast_id=broadcast_id))


@router.get("/broadcasts/{int:broadcast_id}/progress", response=ProgressOut)
def get_progress(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Where it stands now; made to be asked every two seconds."""
    account = caller(request).account
    broadcast = queries.get(account.pk, broadcast_id)
    answer = _words(broadcast) | {"started_at": broadcast.started_at, "waiting": _behind(account, broadcast)}
    if broadcast.send_id is None:
        return answer | _NOTHING_YET
    now = sending.progress(account.pk, broadcast.send_id)
    line = now.ledger
    return answer | {
        "rehearsed": line.rehearsed,
        "planned": line.planned,
        "delivered": line.accepted,
        "deferred": line.deferred,
        "refused": line.refused,
        "bounced": line.bounced,
        "uncertain": line.uncertain,
        "excluded": line.excluded,
        "cancelled": line.cancelled,
        "open": line.open,
        "balances": line.balances,
        "rate_per_s": now.rate_per_s,
        "best_rate_per_s": now.best_rate_per_s,
        "position": now.position,
        "done_at": now.done_at,
        "log": [
            {"at": x.at, "level": x.level, "text": x.text, "code": x.code, "count": x.count}
            for x in sending.log_lines(account.pk, broadcast.send_id)
        ],
    }


_TABS = ("drafts", "scheduled", "sending", "sent")
_COUNTS = (
    "planned",
    "delivered",
    "deferred",
    "refused",
    "bounced",
    "uncertain",
    "excluded",
    "cancelled",
    "open",
)
_NOTHING_YET: dict[str, Any] = dict.fromkeys(_COUNTS, 0) | {
    "rehearsed": False,
    "balances": True,
    "rate_per_s": 0.0,
    "best_rate_per_s": 0.0,
    "position": 0,
    "done_at": None,
    "log": [],
}


def _words(broadcast: Broadcast) -> dict[str, Any]:
    return {
        "state": broadcast.state,
        "label": rules.label(broadcast.state, broadcast.pause_reason),
        "pause_reason": broadcast.pause_reason,
        "held": rules.is_held(broadcast.state, broadcast.pause_reason),
    }


def _items(account: Account, found: list[Broadcast]) -> list[dict[str, Any]]:
    texts = queries.audience_texts(account.pk, found)
    sends = {
        send.pk: send
        for send in Send.objects.filter(account_id=account.pk, id__in=[b.send_id for b in found if b.send_id])
    }
    return [_item(b, texts[b.pk], sends.get(b.send_id or 0)) for b in found]


def _item(broadcast: Broadcast, audience_text: str, send: Send | None) -> dict[str, Any]:
    progress = report = None
    if send is not None and broadcast.state in rules.ENDED:
        figures = tracking.report(broadcast.account_id, send.pk)
        report = {
            "delivered": figures.ledger.accepted,
            "open_rate": figures.open_rate,
            "click_rate": figures.click_rate,
            "unsubscribed": figures.sums.unsubscribed,
        }
    elif send is not None:
        now = sending.progress(broadcast.account_id, send.pk)
        progress = {
            "planned": now.ledger.planned,
            "delivered": now.ledger.accepted,
            "open": now.ledger.open,
            "rate_per_s": now.rate_per_s,
            "position": now.position,
            "done_at": now.done_at,
        }
    return _words(broadcast) | {
        "id": broadcast.pk,
        "subject": broadcast.subject,
        "preview_text": broadcast.preview_text,
        "rehearsed": bool(send and send.rehearsed),
        "audience_text": audience_text,
        "send_at": broadcast.send_at,
        "sent_at": broadcast.finished_at if broadcast.state in rules.ENDED else None,
        "created_at": broadcast.created_at,
        "updated_at": broadcast.updated_at,
        "copy_of": broadcast.copy_of_id,
        "progress": progress,
        "report": report,
    }


def _detail(account: Account, broadcast: Broadcast) -> dict[str, Any]:
    send = Send.objects.filter(account_id=account.pk, id=broadcast.send_id or 0).first()
    twin = queries.find_identical(broadcast) if broadcast.pause_reason == "duplicate" else None
    return _words(broadcast) | {
        "id": broadcast.pk,
        "subject": broadcast.subject,
        "preview_text": broadcast.preview_text,
        "description": broadcast.description,
        "body": broadcast.body,
        "audience": rules.normal_audience(broadcast.audience),
        "audience_text": queries.audience_texts(account.pk, [broadcast])[broadcast.pk],
        "audience_count": people.count_audience(account.pk, broadcast.audience),
        "from_name": broadcast.from_name,
        "from_email": broadcast.from_email,
        "from_options": _from_options(account),
        "held_before_expansion": broadcast.held_before_expansion,
        "rehearsed": bool(send and send.rehearsed),
        "revision": broadcast.revision,
        "send_id": broadcast.send_id,
        "send_at": broadcast.send_at,
        "send_wall": broadcast.send_wall,
        "send_zone": broadcast.send_zone or account.time_zone,
        "copy_of": broadcast.copy_of_id,
        "identical_to": twin.pk if twin else None,
        "created_at": broadcast.created_at,
        "updated_at": broadcast.updated_at,
        "started_at": broadcast.started_at,
        "sent_at": broadcast.finished_at if broadcast.state in rules.ENDED else None,
        "outlet": outlet.way_of(account),
    }


def _from_options(account: Account) -> list[dict[str, str]]:
    options = [{"name": account.from_name, "email": account.from_email}] if account.from_email else []
    used = (
        Broadcast.objects.filter(account_id=account.pk)
        .exclude(from_email="")
        .values_list("from_name", "from_email")
        .distinct()[:20]
    )
    for name, email in used:
        if {"name": name, "email": email} not in options:
            options.append({"name": name, "email": email})
    return options


def _behind(account: Account, broadcast: Broadcast) -> list[dict[str, Any]]:
    waiting = queries.waiting_behind(account.pk, broadcast)
    texts = queries.audience_texts(account.pk, waiting)
    return [
        _words(b) | {"id": b.pk, "subject": b.subject, "send_at": b.send_at, "audience_text": texts[b.pk]}
        for b in waiting
    ]


def _warnings(found: list[Any]) -> list[dict[str, str]]:
    return [{"code": w.code, "text": w.text} for w in found]
