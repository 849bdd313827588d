"""`/api/1/broadcasts`: letters from draft to sent, and what happens on their way."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from postroom.broadcasts import queries, rules, services
from postroom.doors.native.auth import READERS, caller
from postroom.doors.native.broadcast_shapes import (
    AudienceIn,
    AudienceOut,
    BroadcastChangesIn,
    BroadcastIn,
    BroadcastOut,
    BroadcastPageOut,
    CountOut,
    LetterPreviewOut,
    PreviewIn,
    ProgressOut,
    SavedOut,
    ScheduleIn,
    TestBroadcastIn,
    TestBroadcastOut,
)
from postroom.doors.native.broadcast_wire import (
    NOTHING_YET,
    write_behind,
    write_detail,
    write_hints,
    write_items,
    write_words,
)
from postroom.doors.native.paging import Paging
from postroom.sending import queries as sending
from postroom.subscribers.queries import audience as people

router = Router(tags=["Broadcasts"])
_TABS = ("drafts", "scheduled", "sending", "sent")


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
        "items": write_items(account, found),
        "total": total,
        "page": paging.page,
        "per_page": paging.per_page,
        "counts": queries.tab_counts(account.pk),
    }


@router.post("/broadcasts", response={201: BroadcastOut})
def create_broadcast(request: HttpRequest, data: BroadcastIn) -> Status:
    """A new draft, addressed to everyone."""
    account = caller(request).account
    return Status(201, write_detail(account, services.create(account_id=account.pk, subject=data.subject)))


@router.post("/broadcasts/audience", response=CountOut, auth=READERS)
def count_people(request: HttpRequest, data: AudienceIn) -> dict[str, int]:
    """How many active people an audience has now."""
    audience = rules.normal_audience(data.audience)
    return {"count": people.count_audience(caller(request).account_id, audience)}


@router.get("/broadcasts/{int:broadcast_id}", response=BroadcastOut)
def get_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Everything of one broadcast."""
    account = caller(request).account
    return write_detail(account, queries.get(account.pk, broadcast_id))


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
        "warnings": write_hints(shown.warnings),
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
    return Status(
        201, write_detail(account, services.duplicate(account_id=account.pk, broadcast_id=broadcast_id))
    )


@router.post("/broadcasts/{int:broadcast_id}/preview", response=LetterPreviewOut, auth=READERS)
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
        "warnings": write_hints(shown.warnings),
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
    return write_detail(
        account,
        services.schedule(account_id=account.pk, broadcast_id=broadcast_id, at=data.at, zone=data.zone),
    )


@router.post("/broadcasts/{int:broadcast_id}/unschedule", response=BroadcastOut)
def unschedule_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Back to draft."""
    account = caller(request).account
    return write_detail(account, services.unschedule(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/pause", response=BroadcastOut)
def pause_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Stop after what is in the air."""
    account = caller(request).account
    return write_detail(account, services.pause(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/resume", response=BroadcastOut)
def resume_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Go on where it stood."""
    account = caller(request).account
    return write_detail(account, services.resume(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/cancel", response=BroadcastOut)
def cancel_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """What has not left never will. Final."""
    account = caller(request).account
    return write_detail(account, services.cancel(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/send_anyway", response=BroadcastOut)
def send_broadcast_anyway(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Release a copy that was held because an identical letter waits or runs."""
    account = caller(request).account
    return write_detail(account, services.send_anyway(account_id=account.pk, broadcast_id=broadcast_id))


@router.post("/broadcasts/{int:broadcast_id}/send_for_real", response=BroadcastOut)
def send_broadcast_for_real(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Send a rehearsed letter through the mail server."""
    account = caller(request).account
    return write_detail(account, services.send_for_real(account_id=account.pk, broadcast_id=broadcast_id))


@router.get("/broadcasts/{int:broadcast_id}/progress", response=ProgressOut)
def get_progress(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Where it stands now; made to be asked every two seconds."""
    account = caller(request).account
    broadcast = queries.get(account.pk, broadcast_id)
    answer = write_words(broadcast) | {
        "started_at": broadcast.started_at,
        "waiting": write_behind(account, broadcast),
    }
    if broadcast.send_id is None:
        return answer | NOTHING_YET
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
