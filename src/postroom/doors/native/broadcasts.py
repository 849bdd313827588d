"""`/api/1/broadcasts`: letters from draft to sent, and what happens on their way."""

from __future__ import annotations

from typing import Any, Protocol

from django.http import HttpRequest
from ninja import Query, Router, Status

from postroom.broadcasts import queries, rules, services
from postroom.broadcasts.models import Broadcast
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
    SavedOut,
    ScheduleIn,
    TestBroadcastIn,
    TestBroadcastOut,
)
from postroom.doors.native.broadcast_wire import (
    write_detail,
    write_hints,
    write_items,
)
from postroom.doors.native.paging import Paging

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
    return {"count": queries.count_people(caller(request).account_id, audience)}


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
    return Status(201, _act(request, broadcast_id, services.duplicate))


@router.post("/broadcasts/{int:broadcast_id}/follow_up", response={201: BroadcastOut})
def follow_up_broadcast(request: HttpRequest, broadcast_id: int, data: BroadcastIn) -> Status:
    """A new draft of a sent letter for those who did not open it, under a subject of its own."""
    account = caller(request).account
    made = services.follow_up(account_id=account.pk, broadcast_id=broadcast_id, subject=data.subject)
    return Status(201, write_detail(account, made))


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
        "count": queries.count_people(account.pk, audience),
        "sample": queries.sample_people(account.pk, audience),
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
    return _act(request, broadcast_id, services.unschedule)


@router.post("/broadcasts/{int:broadcast_id}/pause", response=BroadcastOut)
def pause_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Stop after what is in the air."""
    return _act(request, broadcast_id, services.pause)


@router.post("/broadcasts/{int:broadcast_id}/resume", response=BroadcastOut)
def resume_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Go on where it stood."""
    return _act(request, broadcast_id, services.resume)


@router.post("/broadcasts/{int:broadcast_id}/cancel", response=BroadcastOut)
def cancel_broadcast(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """What has not left never will. Final."""
    return _act(request, broadcast_id, services.cancel)


@router.post("/broadcasts/{int:broadcast_id}/send_anyway", response=BroadcastOut)
def send_broadcast_anyway(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Release a copy that was held because an identical letter waits or runs."""
    return _act(request, broadcast_id, services.send_anyway)


@router.post("/broadcasts/{int:broadcast_id}/send_for_real", response=BroadcastOut)
def send_broadcast_for_real(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Send a rehearsed letter through the mail server."""
    return _act(request, broadcast_id, services.send_for_real)


class _Verb(Protocol):
    def __call__(self, *, account_id: int, broadcast_id: int) -> Broadcast: ...


def _act(request: HttpRequest, broadcast_id: int, verb: _Verb) -> dict[str, Any]:
    account = caller(request).account
    return write_detail(account, verb(account_id=account.pk, broadcast_id=broadcast_id))
