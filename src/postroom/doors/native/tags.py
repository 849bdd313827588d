"""`/tags`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.doors.native.undo import BULK, tag_token
from postroom.subscribers import queries, services
from postroom.subscribers.rules import Cause

router = Router(tags=["Tags"])


class TagOut(Schema):
    """`subscribers` counts people in every state."""

    id: int
    name: str
    subscribers: int
    created_at: datetime


class TagGone(Schema):
    """`changed`: people who had it. `undo_token` goes to POST undo."""

    changed: int
    undo_token: str


class TagIn(Schema):
    name: str


@router.get("/tags", response=Listing[TagOut])
def list_tags(request: HttpRequest, paging: Query[Paging], q: str = "") -> dict[str, Any]:
    """Tags by name."""
    account_id = caller(request).account_id
    counts = queries.subject_counts(account_id, "tag")
    found = sorted(
        (tag for tag in queries.list_tags(account_id) if q.lower() in tag["name"].lower()),
        key=lambda tag: tag["name"].lower(),
    )
    part = found[paging.offset : paging.offset + paging.per_page]
    return listing([_show(tag, counts) for tag in part], len(found), paging)


@router.post("/tags", response={201: TagOut})
def create_tag(request: HttpRequest, body: TagIn) -> Status[Any]:
    """A new tag; its name must not be taken, in capitals or not."""
    made = services.create_tag(account_id=caller(request).account_id, name=body.name)
    return Status(201, _show(dict(made), {}))


@router.patch("/tags/{int:tag_id}", response=TagOut)
def rename_tag(request: HttpRequest, tag_id: int, body: TagIn) -> dict[str, Any]:
    """Another name."""
    account_id = caller(request).account_id
    tag = services.rename_tag(account_id=account_id, tag_id=tag_id, name=body.name)
    return _show(dict(tag), queries.subject_counts(account_id, "tag"))


@router.delete("/tags/{int:tag_id}", response=TagGone)
def delete_tag(request: HttpRequest, tag_id: int) -> dict[str, Any]:
    """The tag goes from everybody; the people stay. POST undo brings it back to those who had it."""
    who = caller(request)
    act_id = services.next_act_id()
    cause = Cause(BULK, act_id, who.actor, "native")
    gone = services.delete_tag(account_id=who.account_id, tag_id=tag_id, cause=cause)
    return {"changed": gone.people, "undo_token": tag_token(who.account_id, act_id, gone)}


def _show(tag: dict[str, Any], counts: dict[int, int]) -> dict[str, Any]:
    return {**tag, "subscribers": counts.get(tag["id"], 0)}
