"""What several resources share: subscribing by address, and lists of subscriptions."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.http import HttpResponse

from postroom.doors.api_v3 import wire
from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import (
    course_not_found,
    email_invalid,
    email_missing,
    invalid,
    not_found,
    tag_not_found,
)
from postroom.forms import services as forms
from postroom.forms.errors import FormNotFound
from postroom.sequences import services as sequences
from postroom.sequences.errors import SequenceNotFound
from postroom.subscribers import queries, rules, services
from postroom.subscribers.errors import InvalidEmail, TagNotFound
from postroom.subscribers.queries.wire import subscriptions_page

SOURCE = "API::V3::SubscriptionsController (external)"
Subject = Literal["form", "tag", "sequence"]
_KIT_WORDS = {"sequence": "course"}
STATES = ("active", "inactive", "cancelled", "bounced", "complained")


def demand_address(call: Call, *names: str) -> rules.Address:
    """The address that a call is about. Raises V3Error 422."""
    typed = call.params.address(*names)
    if typed is None:
        raise email_missing()
    try:
        return rules.parse_email(typed)
    except InvalidEmail:
        raise email_invalid() from None


@dataclass(frozen=True, slots=True)
class _Wish:
    """Who is to be put somewhere, and what else the call says of them."""

    call: Call
    address: rules.Address
    first_name: str | None
    fields: dict[str, str | None]
    tags: list[int]


@dataclass(frozen=True, slots=True)
class _Place:
    """A subscription as it stands after the call."""

    id: int
    state: str
    created_at: datetime
    source: str | None
    referrer: str | None
    subscriber_id: int


def subscribe_everywhere(call: Call, kind: Subject, subject_id: int) -> HttpResponse:
    """A subscribe call: puts the person under the form, tag or sequence of its path, and under what `tags`,
    `forms` and `courses` name beside it (unknown ids of those are passed over), all or nothing.

    Raises V3Error: 404 in the words of the kind, 422 for the address."""
    wish = _Wish(
        call,
        demand_address(call, "email", "email_address"),
        call.params.text("first_name", "name"),
        {key: value for key, value in call.params.fields().items() if value},
        call.params.ids("tags"),
    )
    beside = [("form", number) for number in dict.fromkeys(call.params.ids("forms"))]
    beside += [("sequence", number) for number in dict.fromkeys(call.params.ids("courses"))]
    # One place is one statement, and a transaction by itself: BEGIN and COMMIT would be two round trips more.
    with transaction.atomic() if beside else nullcontext():
        try:
            place = _JOINS[kind](wish, subject_id)
        except (FormNotFound, TagNotFound, SequenceNotFound):
            raise _MISSING[kind]() from None
        for other, number in beside:
            if (other, number) != (kind, subject_id):
                with suppress(FormNotFound, SequenceNotFound):
                    _JOINS[other](wish, number)
    subscription = {
        "id": place.id,
        "state": place.state,
        "created_at": wire.write_time(place.created_at),
        "source": place.source,
        "referrer": place.referrer,
        "subscribable_id": subject_id,
        "subscribable_type": _KIT_WORDS.get(kind, kind),
        "subscriber": show_subscriber(call, place.subscriber_id),
    }
    return wire.answer({"subscription": subscription})


def _join_form(wish: _Wish, form_id: int) -> _Place:
    made = forms.subscribe(
        account_id=wish.call.account_id,
        form_id=form_id,
        email=wish.address.email,
        first_name=wish.first_name,
        fields=wish.fields,
        tag_ids=wish.tags,
        via="api",
    )
    return _Place(
        made["subscription_id"],
        made["state"],
        made["created_at"],
        made["source"],
        made["referrer"],
        made["subscriber_id"],
    )


def _join_sequence(wish: _Wish, sequence_id: int) -> _Place:
    made = sequences.subscribe(
        account_id=wish.call.account_id,
        sequence_id=sequence_id,
        email=wish.address.email,
        first_name=wish.first_name,
        fields=wish.fields,
        tag_ids=wish.tags,
        source=SOURCE,
        cause=rules.Cause("api", actor=wish.call.caller.actor),
    )
    return _Place(
        made["subscription_id"],
        made["state"],
        made["created_at"],
        made["source"],
        made["referrer"],
        made["subscriber_id"],
    )


def _join_tag(wish: _Wish, tag_id: int) -> _Place:
    """A new person is active at once. Somebody who had unsubscribed comes back by the secret; the public key
    stands on web pages, where anybody may read it, and brings nobody back."""
    account_id = wish.call.account_id
    by_key = queries.fields_by_key(account_id)
    known = {tag["id"] for tag in queries.list_tags(account_id)}
    if tag_id not in known:
        raise TagNotFound
    made = services.subscribe(
        account_id=account_id,
        email=wish.address.email,
        first_name=wish.first_name,
        fields={str(by_key[key]): value for key, value in wish.fields.items() if key in by_key},
        source="API",
        reactivate=wish.call.caller.has_secret,
        tag_ids=[tag_id, *(tag for tag in wish.tags if tag in known and tag != tag_id)],
        origin=SOURCE,
        cause=rules.Cause("api", actor=wish.call.caller.actor),
    )
    place = queries.place(account_id, made.id, tag_id=tag_id)
    return _Place(
        place["id"], place["state"], place["created_at"], place["source"], place["referrer"], made.id
    )


_JOINS = {"form": _join_form, "tag": _join_tag, "sequence": _join_sequence}
_MISSING = {"form": not_found, "tag": tag_not_found, "sequence": course_not_found}


def show_subscriber(call: Call, subscriber_id: int) -> dict[str, Any]:
    """The person as this caller may see them: the public key never learns more than the id."""
    if not call.caller.has_secret:
        return {"id": subscriber_id}
    person = queries.get(call.account_id, subscriber_id)
    return wire.write_subscriber(person, queries.list_fields(call.account_id))


def list_subscriptions(call: Call, kind: str, subject_id: int) -> HttpResponse:
    """Subscriptions of a form, tag or sequence, oldest first."""
    state = call.params.text("subscriber_state") or "active"
    if state not in STATES:
        raise invalid("subscriber_state must be active or cancelled.")
    total = queries.place_counts(call.account_id, kind, subject_id)[state]
    rows = subscriptions_page(
        call.account_id,
        kind=kind,
        subject_id=subject_id,
        state=state,
        descending=read_order(call) == "desc",
        offset=(call.params.page() - 1) * wire.PER_PAGE,
        limit=wire.PER_PAGE,
    )
    return wire.answer(page_json(call, "subscriptions", total, rows))


def read_order(call: Call) -> str:
    """asc (default) or desc. Raises V3Error 422 for anything else."""
    order = (call.params.text("sort_order") or "asc").lower()
    if order not in ("asc", "desc"):
        raise invalid("sort_order must be asc or desc.")
    return order


def page_json(call: Call, name: str, total: int, rows: str) -> str:
    """A page whose rows are JSON text from PostgreSQL."""
    pages = max(1, -(-total // wire.PER_PAGE))
    return f'{{"total_{name}":{total},"page":{call.params.page()},"total_pages":{pages},"{name}":{rows}}}'
