"""`/v3/sequences`, and `/v3/courses`, as they were called before: the answers still say course."""

from __future__ import annotations

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import not_found
from postroom.doors.api_v3.people import list_subscriptions, subscribe_everywhere
from postroom.doors.api_v3.wire import answer, write_course
from postroom.sequences import queries
from postroom.sequences.errors import SequenceNotFound


def index(call: Call) -> HttpResponse:
    """Every sequence."""
    return answer({"courses": [write_course(each) for each in queries.list_sequences(call.account_id)]})


def subscribe(call: Call, id: int) -> HttpResponse:
    """Puts a person into the sequence; a new one is active at once."""
    return subscribe_everywhere(call, "sequence", id)


def subscriptions(call: Call, id: int) -> HttpResponse:
    """People in the sequence, those who completed it too."""
    try:
        queries.get(call.account_id, id)
    except SequenceNotFound:
        raise not_found() from None
    return list_subscriptions(call, "sequence", id)
