"""`/v3/tags`."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import V3Error, invalid, not_found
from postroom.doors.api_v3.params import as_text
from postroom.doors.api_v3.people import list_subscriptions, subscribe_everywhere
from postroom.doors.api_v3.wire import answer, write_new_tag, write_tag
from postroom.lib.errors import Invalid
from postroom.subscribers import queries, services
from postroom.subscribers.errors import TagNotFound
from postroom.subscribers.rules import Cause


def index(call: Call) -> HttpResponse:
    """Every tag in one answer; a page above the first is the (empty) rest, for clients that go on asking."""
    tags = [] if call.params.page() > 1 else queries.list_tags(call.account_id)
    return answer({"tags": [write_tag(tag) for tag in tags]})


def create(call: Call) -> HttpResponse:
    """One or several tags, all or none. An array of one answers one object, as Kit does."""
    names = _names(call.params.values.get("tag"))
    if not names:
        raise invalid("Name can't be blank")
    try:
        made = services.create_tags(account_id=call.account_id, names=names)
    except Invalid as error:
        raise invalid(error.message) from None
    shown = [write_new_tag(tag) for tag in made]
    return answer(shown if len(shown) > 1 else shown[0], 201)


def subscribe(call: Call, id: int) -> HttpResponse:
    """Gives the tag to the person with the address; a new one is active at once."""
    return subscribe_everywhere(call, "tag", id)


def unsubscribe(call: Call, id: int) -> HttpResponse:
    """Takes the tag away; an unknown or malformed address changes nothing and answers the same."""
    tag = _find(call, id, not_found())
    if call.params.text("email", "email_address") is None:
        raise V3Error(422, "Missing parameter", "Subscriber email is required")
    person = queries.find_by_email(call.account_id, call.params.address("email", "email_address"))
    if person is not None:
        _remove(call, person, id)
    return answer(write_tag(tag))


def remove(call: Call, sid: int, tid: int) -> HttpResponse:
    """`DELETE subscribers/{sid}/tags/{tid}`: answers the tag, also when it was not set."""
    tag = _find(call, tid, not_found())
    if not queries.exists(call.account_id, sid):
        raise not_found()
    _remove(call, sid, tid)
    return answer(write_tag(tag))


def subscriptions(call: Call, id: int) -> HttpResponse:
    """People with the tag."""
    _find(call, id, not_found())
    return list_subscriptions(call, "tag", id)


def _find(call: Call, tag_id: int, missing: V3Error) -> Any:
    try:
        return queries.get_tag(call.account_id, tag_id)
    except TagNotFound:
        raise missing from None


def _remove(call: Call, subscriber_id: int, tag_id: int) -> None:
    services.remove_tags(
        account_id=call.account_id,
        subscriber_ids=[subscriber_id],
        tag_ids=[tag_id],
        cause=Cause("api", actor=call.caller.actor),
    )


def _names(given: Any) -> list[str]:
    items = given if isinstance(given, list) else [given]
    if given is None:
        return []
    return [as_text(item.get("name") if isinstance(item, dict) else item) or "" for item in items]
