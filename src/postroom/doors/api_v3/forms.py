"""`/v3/forms`."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import not_found
from postroom.doors.api_v3.people import demand_address, list_subscriptions, show_subscriber
from postroom.doors.api_v3.wire import answer, write_form, write_time
from postroom.forms import queries, services
from postroom.forms.errors import FormNotFound
from postroom.forms.models import Form


def index(call: Call) -> HttpResponse:
    """Every form, landing pages and archived ones too."""
    return answer({"forms": [write_form(form) for form in queries.list_forms(call.account_id)]})


def show(call: Call, id: int) -> HttpResponse:
    """One form, bare."""
    return answer(write_form(_find(call, id)))


def subscribe(call: Call, id: int) -> HttpResponse:
    """Puts a person under the form, as the form is set; `forms` names more of them."""
    address = demand_address(call, "email", "email_address")
    fields = {key: value for key, value in call.params.fields().items() if value}

    def join(form_id: int) -> services.Joined:
        return services.subscribe(
            account_id=call.account_id,
            form_id=form_id,
            email=address.email,
            first_name=call.params.text("first_name", "name"),
            fields=fields,
            tag_ids=call.params.ids("tags"),
            via="api",
        )

    try:
        made = join(id)
    except FormNotFound:
        raise not_found() from None
    for other in set(call.params.ids("forms")) - {id}:
        with suppress(FormNotFound):
            join(other)
    subscription = {
        "id": made["subscription_id"],
        "state": made["state"],
        "created_at": write_time(made["created_at"]),
        "source": made["source"],
        "referrer": made["referrer"],
        "subscribable_id": id,
        "subscribable_type": "form",
        "subscriber": show_subscriber(call, made["subscriber_id"]),
    }
    return answer({"subscription": subscription})


def subscriptions(call: Call, id: int) -> HttpResponse:
    """People under the form."""
    _find(call, id)
    return list_subscriptions(call, "form", id)


def subscription_forms(call: Call) -> HttpResponse:
    """Old short-codes by form: there are none here, every form is of the current kind."""
    return answer([])


def _find(call: Call, form_id: int) -> Form:
    try:
        return queries.get(call.account_id, form_id)
    except FormNotFound:
        raise not_found() from None
