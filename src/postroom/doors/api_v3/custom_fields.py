"""`/v3/custom_fields`."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import V3Error, invalid, not_found
from postroom.doors.api_v3.params import as_text
from postroom.doors.api_v3.wire import answer, empty, write_field, write_new_field
from postroom.lib.errors import Invalid
from postroom.subscribers import queries, services
from postroom.subscribers.errors import FieldNotFound, TooManyFields
from postroom.subscribers.rules import Cause


def index(call: Call) -> HttpResponse:
    """Every field in one answer."""
    return answer({"custom_fields": [write_field(field) for field in queries.list_fields(call.account_id)]})


def show(call: Call, id: int) -> HttpResponse:
    """One field, bare."""
    for field in queries.list_fields(call.account_id):
        if field.id == id:
            return answer(write_field(field))
    raise not_found()


def create(call: Call) -> HttpResponse:
    """One or several fields, all or none. An array of one answers one object, as Kit does."""
    given: Any = call.params.values.get("label")
    labels = [as_text(item) or "" for item in (given if isinstance(given, list) else [given])]
    try:
        made = services.create_fields(account_id=call.account_id, labels=labels or [""])
    except TooManyFields as error:
        raise V3Error(400, "Custom field limit", error.message) from None
    except Invalid as error:
        raise invalid(error.message) from None
    shown = [write_new_field(field, call.account_id) for field in made]
    response = answer(shown if len(shown) > 1 else shown[0], 201)
    response.headers["Location"] = f"/v3/custom_fields/{made[0].id}"
    return response


def update(call: Call, id: int) -> HttpResponse:
    """Another label; the field's `name` stays."""
    try:
        label = call.params.text("label") or ""
        services.rename_field(account_id=call.account_id, field_id=id, label=label)
    except FieldNotFound:
        raise not_found() from None
    except Invalid as error:
        raise invalid(error.message) from None
    return empty()


def delete(call: Call, id: int) -> HttpResponse:
    """Removes the field and everybody's values."""
    try:
        services.delete_field(
            account_id=call.account_id, field_id=id, cause=Cause("api", actor=call.caller.actor)
        )
    except FieldNotFound:
        raise not_found() from None
    return empty()
