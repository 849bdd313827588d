"""`/v3/account`."""

from __future__ import annotations

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.wire import answer


def show(call: Call) -> HttpResponse:
    """The account's name; every account here has everything, which Kit calls `creator`."""
    account = call.caller.account
    return answer(
        {"name": account.name, "plan_type": "creator", "primary_email_address": account.primary_email}
    )
