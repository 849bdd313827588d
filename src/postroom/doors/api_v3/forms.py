"""`/v3/forms`."""

from __future__ import annotations

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import not_found
from postroom.doors.api_v3.people import list_subscriptions, subscribe_everywhere
from postroom.doors.api_v3.wire import answer, write_form
from postroom.forms import queries
from postroom.forms.errors import FormNotFound
from postroom.forms.models import Form


def index(call: Call) -> HttpResponse:
    """Every form, landing pages and archived ones too."""
    return answer({"forms": [write_form(form) for form in queries.list_forms(call.account_id)]})


def show(call: Call, id: int) -> HttpResponse:
    """One form, bare."""
    return answer(write_form(_find(call, id)))


def subscribe(call: Call, id: int) -> HttpResponse:
    """Puts a person under the form, as the form is set."""
    return subscribe_everywhere(call, "form", id)


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
