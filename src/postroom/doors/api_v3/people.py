"""What several resources share: subscribing by address, and lists of subscriptions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from postroom.doors.api_v3 import wire
from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import email_invalid, email_missing, invalid
from postroom.lib import sql
from postroom.subscribers import queries, rules
from postroom.subscribers.errors import InvalidEmail
from postroom.subscribers.queries.wire import subscriptions_page

SOURCE = "API::V3::SubscriptionsController (external)"
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


def find_by_address(account_id: int, typed: str | None) -> int | None:
    """The id of the person with this address; None when unknown or malformed."""
    try:
        key = rules.email_key(typed) if typed else None
    except InvalidEmail:
        return None
    row = sql.row("SELECT id FROM subscriber WHERE account_id = %s AND email_key = %s", [account_id, key])
    return int(row["id"]) if row else None


def show_subscriber(call: Call, subscriber_id: int) -> dict[str, Any]:
    """The person as this caller may see them: the public key never learns more than the id."""
    if not call.caller.has_secret:
        return {"id": subscriber_id}
    person = queries.get(call.account_id, subscriber_id)
    return wire.write_subscriber(person, queries.list_fields(call.account_id))


def list_subscriptions(call: Call, kind: str, subject_id: int) -> HttpResponse:
    """Subscriptions of a form or tag, oldest first."""
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
