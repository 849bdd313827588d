"""`POST /api/1/broadcasts/{id}/resend`: once more to those whom a broadcast did not reach."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from postroom.broadcasts import services
from postroom.doors.native.auth import caller
from postroom.doors.native.broadcast_shapes import CountOut

router = Router(tags=["Broadcasts"])


class ResendIn(Schema):
    """`uncertain`: their server's answer was lost. `refused`: for a reason that was not their address."""

    which: Literal["uncertain", "refused"] = "uncertain"


@router.post("/broadcasts/{int:broadcast_id}/resend", response=CountOut)
def resend_broadcast(request: HttpRequest, broadcast_id: int, data: ResendIn) -> dict[str, int]:
    """Send to exactly these people again, under the same Message-IDs; 409 when there is nobody."""
    count = services.resend(
        account_id=caller(request).account_id, broadcast_id=broadcast_id, which=data.which
    )
    return {"count": count}
