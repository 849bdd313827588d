"""`/notices`: what needs a person in this account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from postroom.accounts import queries, services
from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.lib.errors import NotFound

router = Router(tags=["notices"])


class NoticeOut(Schema):
    """One open notice; `level` is info, warn or alarm."""

    id: int
    key: str
    level: str
    title: str
    body: str
    action_label: str
    action_url: str
    created_at: datetime


@router.get("/notices", response=Listing[NoticeOut])
def list_notices(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Open notices, alarms first."""
    found = queries.open_notices(caller(request).account_id)
    return listing(found[paging.offset : paging.offset + paging.per_page], len(found), paging)


@router.post("/notices/{notice_id}/resolve", response={204: None})
def resolve_notice(request: HttpRequest, notice_id: int) -> Status[None]:
    """Put a notice away. It comes back if its cause is still there when it is looked at again."""
    account_id = caller(request).account_id
    notice = next((each for each in queries.open_notices(account_id) if each.pk == notice_id), None)
    if notice is None:
        raise NotFound("There is no such open notice.", help="Load the list again.")
    services.resolve_notice(account_id=account_id, key=notice.key)
    return Status(204, None)
