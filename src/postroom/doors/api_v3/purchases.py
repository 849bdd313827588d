"""`/v3/purchases`: answers are not wrapped."""

from __future__ import annotations

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import V3Error, not_found
from postroom.doors.api_v3.wire import PER_PAGE, answer, write_purchase
from postroom.purchases import queries, services
from postroom.purchases.errors import PurchaseInvalid, PurchaseNotFound
from postroom.subscribers.rules import Cause

_MISSING = "Your request is missing parameters"


def index(call: Call) -> HttpResponse:
    """Every purchase, the newest first."""
    page = call.params.page()
    total = queries.count_purchases(call.account_id)
    rows = queries.list_purchases(call.account_id, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    return answer(
        {
            "total_purchases": total,
            "page": page,
            "total_pages": max(1, -(-total // PER_PAGE)),
            "purchases": [write_purchase(row) for row in rows],
        }
    )


def show(call: Call, id: int) -> HttpResponse:
    """One purchase."""
    try:
        return answer(write_purchase(queries.get(call.account_id, id)))
    except PurchaseNotFound:
        raise not_found() from None


def create(call: Call) -> HttpResponse:
    """A purchase; the same `transaction_id` again updates it."""
    given = call.params.values.get("purchase")
    if not isinstance(given, dict) or not given:
        raise V3Error(400, _MISSING, "purchase can't be blank")
    if "integration" not in given and (named := call.params.text("integration")):
        given = given | {"integration": named}
    cause = Cause("api", actor=call.caller.actor)
    try:
        purchase_id = services.record(account_id=call.account_id, given=given, cause=cause)
    except PurchaseInvalid as error:
        raise V3Error(400, _MISSING, error.message) from None
    return answer(write_purchase(queries.get(call.account_id, purchase_id)), 201)
