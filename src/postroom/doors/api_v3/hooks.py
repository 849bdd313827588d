"""`/v3/automations/hooks`."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from postroom.doors.api_v3.door import Call
from postroom.doors.api_v3.errors import invalid, not_found
from postroom.doors.api_v3.params import Params, as_text
from postroom.doors.api_v3.wire import answer
from postroom.webhooks import queries, rules, services
from postroom.webhooks.errors import HookInvalid, HookNotFound
from postroom.webhooks.models import Hook

_OTHER_NAMES = {"sequence_id": ("sequence_id", "course_id")}


def index(call: Call) -> HttpResponse:
    """Every rule, in a bare array."""
    return answer([{"rule": _write(hook)} for hook in queries.list_hooks(call.account_id)])


def create(call: Call) -> HttpResponse:
    """A rule: one event, one target."""
    given = call.params.values.get("event")
    about = Params(given if isinstance(given, dict) else {"name": as_text(given)})
    target, name = call.params.text("target_url"), about.text("name")
    if not target:
        raise invalid("Target url can't be blank")
    if not name:
        raise invalid("Event name can't be blank")
    event = rules.find_event(name)
    if event is None:
        raise invalid(f"There is no event named {name[:100]}")
    try:
        hook = services.create(
            account_id=call.account_id, event=event.name, target_url=target, **_param(event, about)
        )
    except HookInvalid as error:
        raise invalid(error.message) from None
    return answer({"rule": _write(hook)})


def delete(call: Call, id: int) -> HttpResponse:
    """The rule goes, and what it still was to tell."""
    try:
        services.delete(account_id=call.account_id, hook_id=id)
    except HookNotFound:
        raise not_found() from None
    return answer({"success": True})


def _param(event: rules.Event, about: Params) -> dict[str, Any]:
    if event.param is None:
        return {}
    names = _OTHER_NAMES.get(event.param, (event.param,))
    if event.param == "initiator_value":
        found: dict[str, Any] = {"initiator_value": about.text(*names)}
    else:
        found = {"param_id": next((ids[0] for name in names if (ids := about.ids(name))), None)}
    if not all(found.values()):
        raise invalid(f"Event {event.name} needs {' or '.join(names)}")
    return found


def _write(hook: Hook) -> dict[str, Any]:
    """The name without its prefix; the status in Kit's words."""
    event: dict[str, Any] = {"name": hook.event, "initiator_value": hook.initiator_value}
    param = rules.EVENTS[hook.event].param
    if param not in (None, "initiator_value"):
        event[str(param)] = hook.param_id
    return {
        "id": hook.pk,
        "account_id": hook.account_id,
        "event": event,
        "target_url": hook.target_url,
        "status": "enabled" if hook.status == "enabled" else "disabled",
    }
