"""`/v3/subscribers`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse

from postroom.doors.api_v3 import wire
from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import V3Error, email_invalid, email_missing, invalid, not_found
from postroom.doors.api_v3.people import page_json, read_order
from postroom.doors.api_v3.wire import answer, write_subscriber, write_tag
from postroom.subscribers import queries, services
from postroom.subscribers.errors import EmailTaken, InvalidEmail, SubscriberNotFound
from postroom.subscribers.queries.wire import Span, subscribers_by_id, subscribers_page
from postroom.subscribers.rules import MAX_FIELDS, Cause

AT_ONCE = 10
"""Kit answers 202 when more field values than this are given."""


def index(call: Call) -> HttpResponse:
    """Active people; with an address that person in any state; sorted by `cancelled_at` those who left."""
    if (typed := call.params.address("email_address")) is not None:
        person = queries.find_by_email(call.account_id, typed)
        rows = subscribers_by_id(call.account_id, [person] if person else [])
        return answer(
            page_json(call, "subscribers", 1 if person else 0, rows if call.params.page() == 1 else "[]")
        )
    cancelled = call.params.text("sort_field") == "cancelled_at"
    rows, total = subscribers_page(
        call.account_id,
        cancelled=cancelled,
        within=_read_span(call, "from", "to", whole_days=True),
        updated=_read_span(call, "updated_from", "updated_to"),
        descending=read_order(call) == "desc",
        offset=(call.params.page() - 1) * wire.PER_PAGE,
        limit=wire.PER_PAGE,
    )
    return answer(page_json(call, "subscribers", total, rows))


def show(call: Call, id: int) -> HttpResponse:
    """One person."""
    return _show(call, id)


def update(call: Call, id: int) -> HttpResponse:
    """Writes what is given; an explicit empty text in `fields` clears that field."""
    fields = call.params.fields()
    if len(fields) > MAX_FIELDS:
        raise V3Error(400, "Too many fields", f"At most {MAX_FIELDS} custom fields can be updated at once.")
    by_key = queries.fields_by_key(call.account_id)
    values = {str(by_key[key]): value for key, value in fields.items() if key in by_key and value is not None}
    try:
        services.update(
            account_id=call.account_id,
            subscriber_id=id,
            email=call.params.address("email_address"),
            first_name=call.params.text("first_name", "name"),
            fields=values,
            cause=Cause("api", actor=call.caller.actor),
        )
    except SubscriberNotFound:
        raise not_found() from None
    except InvalidEmail:
        raise email_invalid() from None
    except EmailTaken:
        raise V3Error(422, "Error updating subscriber", "Email address has already been taken") from None
    return _show(call, id, 202 if len(fields) > AT_ONCE else 200)


def unsubscribe(call: Call) -> HttpResponse:
    """`PUT unsubscribe`: out of everything but the tags. Repeating it is no error."""
    typed = call.params.address("email", "email_address")
    if typed is None:
        raise email_missing()
    person = queries.find_by_email(call.account_id, typed)
    if person is None:
        raise not_found()
    cause = Cause("api", actor=call.caller.actor)
    services.unsubscribe(account_id=call.account_id, subscriber_id=person, cause=cause)
    return _show(call, person)


def tags(call: Call, id: int) -> HttpResponse:
    """Tags of a person."""
    if not queries.exists(call.account_id, id):
        raise not_found()
    return answer({"tags": [write_tag(tag) for tag in queries.tags_of(call.account_id, [id])[id]]})


def _show(call: Call, subscriber_id: int, status: int = 200) -> HttpResponse:
    try:
        person = queries.get(call.account_id, subscriber_id)
    except SubscriberNotFound:
        raise not_found() from None
    shown = write_subscriber(person, queries.list_fields(call.account_id))
    return answer({"subscriber": shown}, status)


_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def _read_span(call: Call, first: str, last: str, *, whole_days: bool = False) -> Span | None:
    since, until = call.params.text(first), call.params.text(last)
    if since is None and until is None:
        return None
    return Span(
        _read_instant(since, first, whole_days) if since else None,
        _read_instant(until, last, whole_days, end=True) if until else None,
    )


def _read_instant(text: str, name: str, whole_days: bool, *, end: bool = False) -> datetime:
    """A UTC day (as `until`: its end, exclusive) or an ISO time (as `until`: inclusive)."""
    try:
        if _DAY.fullmatch(text) or whole_days:
            found = _DAY.match(text)
            year, month, day = (int(part) for part in (found[0] if found else "").split("-"))
            return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1 if end else 0)
        at = datetime.fromisoformat(text.replace(" ", "T").replace("Z", "+00:00"))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at + timedelta(microseconds=1) if end else at
    except (ValueError, OverflowError):
        raise invalid(f"{name} must be a date like 2026-02-01 or a time like 2026-02-01T21:45:16Z.") from None
