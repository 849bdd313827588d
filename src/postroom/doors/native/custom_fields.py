"""`/custom_fields`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.subscribers import queries, services
from postroom.subscribers.queries import FieldRow
from postroom.subscribers.rules import Cause

router = Router(tags=["Custom fields"])


class FieldOut(Schema):
    """`aliases` are keys it had before; letters that use them still work. `people` have a value."""

    id: int
    label: str
    key: str
    aliases: list[str]
    people: int


class FieldIn(Schema):
    label: str


@router.get("/custom_fields", response=Listing[FieldOut])
def list_fields(request: HttpRequest, paging: Query[Paging], q: str = "") -> dict[str, Any]:
    """Fields in the order they were made, those with the text in label or key."""
    account_id = caller(request).account_id
    found = [
        field
        for field in queries.list_fields(account_id)
        if q.lower() in field.label.lower() or q.lower() in field.key
    ]
    part = found[paging.offset : paging.offset + paging.per_page]
    counts = queries.field_counts(account_id, [field.id for field in part])
    return listing([_show(field, counts[field.id]) for field in part], len(found), paging)


@router.post("/custom_fields", response={201: FieldOut})
def create_field(request: HttpRequest, body: FieldIn) -> Status[Any]:
    """A new text field; an account may have 140."""
    made = services.create_field(account_id=caller(request).account_id, label=body.label)
    return Status(201, _show(made, 0))


@router.patch("/custom_fields/{int:field_id}", response=FieldOut)
def rename_field(request: HttpRequest, field_id: int, body: FieldIn) -> dict[str, Any]:
    """Another label and key; the old key goes on working."""
    account_id = caller(request).account_id
    field = services.rename_field(account_id=account_id, field_id=field_id, label=body.label)
    return _show(field, queries.field_counts(account_id, [field_id])[field_id])


@router.delete("/custom_fields/{int:field_id}", response={204: None})
def delete_field(request: HttpRequest, field_id: int) -> Status[None]:
    """The field goes with everybody's values of it."""
    who = caller(request)
    cause = Cause("screen", actor=who.actor, origin="native")
    services.delete_field(account_id=who.account_id, field_id=field_id, cause=cause)
    return Status(204, None)


def _show(field: FieldRow, people: int) -> dict[str, Any]:
    return {
        "id": field.id,
        "label": field.label,
        "key": field.key,
        "aliases": field.aliases,
        "people": people,
    }
