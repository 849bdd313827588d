"""`/api/1/broadcasts/{id}/progress` and `/queue`: a broadcast on its way; ask every two seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from postroom.broadcasts import queries, queue
from postroom.doors.native.auth import caller
from postroom.doors.native.broadcast_shapes import ProgressOut
from postroom.doors.native.broadcast_wire import NOTHING_YET, write_behind, write_terms, write_words
from postroom.sending import queries as sending
from postroom.sending.models import Send

router = Router(tags=["Broadcasts"])


class SiteOut(Schema):
    """One receiving site, or all `sites` smaller ones when `site` is empty. `said` is a word for its last
    answer that was no plain yes: slower, later, full, no_address, filters, identity, blocked, expired,
    trouble, refused; empty when it takes everything."""

    site: str
    name: str
    sites: int
    planned: int
    delivered: int
    deferred: int
    refused: int
    open: int
    rate_per_s: float
    done_at: datetime | None
    said: str


class PaceOut(Schema):
    at: datetime
    rate_per_s: float


class QueueOut(Schema):
    """The largest receiving sites first, all smaller ones as the last; the speed since the start. Of a large
    broadcast the figures may be some seconds old: they are those of `counted_at`."""

    counted_at: datetime | None
    sites: list[SiteOut]
    speed: list[PaceOut]


@router.get("/broadcasts/{int:broadcast_id}/progress", response=ProgressOut)
def get_progress(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Where it stands now."""
    account = caller(request).account
    broadcast = queries.get(account.pk, broadcast_id)
    answer = write_words(broadcast) | {
        "started_at": broadcast.started_at,
        "waiting": write_behind(account, broadcast),
    }
    send = _send(account.pk, broadcast.send_id)
    if send is None:
        return answer | NOTHING_YET
    now = queue.progress(send)
    return (
        answer
        | write_terms(now.ledger)
        | {
            "rehearsed": now.ledger.rehearsed,
            "rate_per_s": now.rate_per_s,
            "best_rate_per_s": now.best_rate_per_s,
            "position": now.position,
            "done_at": now.done_at,
            "log": [
                {"at": x.at, "level": x.level, "text": x.text, "code": x.code, "count": x.count}
                for x in sending.log_lines(account.pk, send.pk)
            ],
        }
    )


@router.get("/broadcasts/{int:broadcast_id}/queue", response=QueueOut)
def get_queue(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """Which receiving sites it goes to, what has become of it there, and how fast it went."""
    account_id = caller(request).account_id
    send = _send(account_id, queries.get(account_id, broadcast_id).send_id)
    if send is None:
        return {"counted_at": None, "sites": [], "speed": []}
    found = queue.queue(send)
    return {"counted_at": found.counted_at, "sites": found.sites, "speed": found.speed}


def _send(account_id: int, send_id: int | None) -> Send | None:
    return Send.objects.filter(account_id=account_id, id=send_id).first() if send_id else None
