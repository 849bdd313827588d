"""`/api/1/webhooks`: who is told of what, every delivery and every try."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Query, Router, Status

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.doors.native.webhook_shapes import (
    DeliveryState,
    NewWebhook,
    WebhookAttempt,
    WebhookChanges,
    WebhookDelivery,
    WebhookDeliveryRow,
    WebhookMade,
    WebhookRow,
    WebhookSecret,
)
from postroom.forms import queries as forms
from postroom.purchases import queries as purchases
from postroom.sequences import queries as sequences
from postroom.subscribers import queries as people
from postroom.webhooks import queries, rules, services
from postroom.webhooks.models import Hook, HookAttempt, HookDelivery

router = Router(tags=["Webhooks"])


@router.get("/webhooks", response=Listing[WebhookRow])
def list_webhooks(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Webhooks, the oldest first."""
    account_id = caller(request).account_id
    found = queries.list_hooks(account_id)
    return listing(_rows(account_id, found[paging.offset :][: paging.per_page]), len(found), paging)


@router.post("/webhooks", response={201: WebhookMade})
def create_webhook(request: HttpRequest, data: NewWebhook) -> Status:
    """Tell a URL of an event from now on. The secret of a signed one is shown this once."""
    account_id = caller(request).account_id
    with transaction.atomic():
        hook = services.create(
            account_id=account_id,
            event=data.event,
            target_url=data.target_url.strip(),
            param_id=data.param_id,
            initiator_value=(data.initiator_value or "").strip() or None,
        )
        secret = services.new_secret(account_id=account_id, hook_id=hook.pk) if data.signed else None
    return Status(201, _detail(account_id, hook.pk) | {"secret": secret})


@router.get("/webhooks/{int:hook_id}", response=WebhookRow)
def get_webhook(request: HttpRequest, hook_id: int) -> dict[str, Any]:
    """One webhook."""
    return _detail(caller(request).account_id, hook_id)


@router.patch("/webhooks/{int:hook_id}", response=WebhookRow)
def save_webhook(request: HttpRequest, hook_id: int, data: WebhookChanges) -> dict[str, Any]:
    """Another URL; what waits goes there too."""
    account_id = caller(request).account_id
    services.move(account_id=account_id, hook_id=hook_id, target_url=data.target_url.strip())
    return _detail(account_id, hook_id)


@router.delete("/webhooks/{int:hook_id}", response={204: None})
def delete_webhook(request: HttpRequest, hook_id: int) -> Status:
    """The webhook goes, with what it was told and what it still was to be told."""
    services.delete(account_id=caller(request).account_id, hook_id=hook_id)
    return Status(204, None)


@router.post("/webhooks/{int:hook_id}/pause", response=WebhookRow)
def pause_webhook(request: HttpRequest, hook_id: int) -> dict[str, Any]:
    """Hold what waits; what happens from now on is not told."""
    account_id = caller(request).account_id
    services.pause(account_id=account_id, hook_id=hook_id)
    return _detail(account_id, hook_id)


@router.post("/webhooks/{int:hook_id}/resume", response=WebhookRow)
def resume_webhook(request: HttpRequest, hook_id: int) -> dict[str, Any]:
    """Hear again; what was held goes out now."""
    account_id = caller(request).account_id
    services.resume(account_id=account_id, hook_id=hook_id)
    return _detail(account_id, hook_id)


@router.post("/webhooks/{int:hook_id}/secret", response=WebhookSecret)
def make_webhook_secret(request: HttpRequest, hook_id: int) -> dict[str, str]:
    """Sign from now on, with a new secret."""
    return {"secret": services.new_secret(account_id=caller(request).account_id, hook_id=hook_id)}


@router.delete("/webhooks/{int:hook_id}/secret", response={204: None})
def drop_webhook_secret(request: HttpRequest, hook_id: int) -> Status:
    """Sign no more."""
    services.drop_secret(account_id=caller(request).account_id, hook_id=hook_id)
    return Status(204, None)


@router.post("/webhooks/{int:hook_id}/test", response={201: WebhookDelivery})
def test_webhook(request: HttpRequest, hook_id: int) -> Status:
    """Send a made-up body at once, once; ask the delivery for the answer."""
    account_id = caller(request).account_id
    made = services.send_test(account_id=account_id, hook_id=hook_id)
    return Status(201, _delivery_detail(account_id, hook_id, made.pk))


@router.get("/webhooks/{int:hook_id}/deliveries", response=Listing[WebhookDeliveryRow])
def list_webhook_deliveries(
    request: HttpRequest, hook_id: int, paging: Query[Paging], state: DeliveryState | None = None
) -> dict[str, Any]:
    """What the webhook was told, the newest first. `waiting` includes what is held."""
    account_id = caller(request).account_id
    queries.get(account_id, hook_id)
    found, total = queries.list_deliveries(
        account_id, hook_id, state=state or "", page=paging.page, per_page=paging.per_page
    )
    last = queries.last_attempts(account_id, [delivery.pk for delivery in found])
    return listing([_delivery_row(each, last.get(each.pk)) for each in found], total, paging)


@router.get("/webhooks/{int:hook_id}/deliveries/{int:delivery_id}", response=WebhookDelivery)
def get_webhook_delivery(request: HttpRequest, hook_id: int, delivery_id: int) -> dict[str, Any]:
    """One delivery: its body and every try."""
    return _delivery_detail(caller(request).account_id, hook_id, delivery_id)


@router.post("/webhooks/{int:hook_id}/deliveries/{int:delivery_id}/resend", response=WebhookDelivery)
def resend_webhook_delivery(request: HttpRequest, hook_id: int, delivery_id: int) -> dict[str, Any]:
    """Send the same body again, at once, with all its attempts anew."""
    account_id = caller(request).account_id
    services.resend(account_id=account_id, hook_id=hook_id, delivery_id=delivery_id)
    return _delivery_detail(account_id, hook_id, delivery_id)


def _detail(account_id: int, hook_id: int) -> dict[str, Any]:
    return _rows(account_id, [queries.get(account_id, hook_id)])[0]


def _rows(account_id: int, hooks: list[Hook]) -> list[dict[str, Any]]:
    figures = queries.figures(account_id, [hook.pk for hook in hooks])
    names = _names(account_id, hooks)
    nothing = {"delivered": 0, "failed": 0, "waiting": 0, "delivered_at": None}
    return [
        {
            "id": hook.pk,
            "event": hook.event,
            "param_id": hook.param_id,
            "param_name": names.get((rules.EVENTS[hook.event].param or "", hook.param_id or 0)),
            "initiator_value": hook.initiator_value,
            "target_url": hook.target_url,
            "status": hook.status,
            "reason": hook.reason,
            "signed": hook.secret_sealed is not None,
            "failing_since": hook.failing_since,
            "created_at": hook.created_at,
            **figures.get(hook.pk, nothing),
        }
        for hook in hooks
    ]


def _names(account_id: int, hooks: list[Hook]) -> dict[tuple[str, int], str]:
    """What the webhooks' parameters are called, by kind and id."""
    kinds = {rules.EVENTS[hook.event].param for hook in hooks}
    found: dict[tuple[str, int], str] = {}
    if "form_id" in kinds:
        found |= {("form_id", form.pk): form.name for form in forms.list_forms(account_id)}
    if "tag_id" in kinds:
        found |= {("tag_id", tag["id"]): tag["name"] for tag in people.list_tags(account_id)}
    if "sequence_id" in kinds:
        found |= {("sequence_id", each.pk): each.name for each in sequences.list_sequences(account_id)}
    if "product_id" in kinds:
        ids = [hook.param_id for hook in hooks if hook.event == "product_purchase" and hook.param_id]
        listed = purchases.list_products(account_id, ids=ids)
        found |= {("product_id", each["id"]): each["name"] for each in listed}
    return found


def _delivery_row(delivery: HookDelivery, last: HookAttempt | None) -> dict[str, Any]:
    return {
        "id": delivery.pk,
        "state": delivery.state,
        "is_test": delivery.fact_id is None,
        "subscriber_id": delivery.subscriber_id,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "next_at": delivery.next_at if delivery.state == "waiting" else None,
        "done_at": delivery.done_at,
        "last": _attempt(last) if last else None,
    }


def _delivery_detail(account_id: int, hook_id: int, delivery_id: int) -> dict[str, Any]:
    delivery, tries = queries.get_delivery(account_id, hook_id, delivery_id)
    return _delivery_row(delivery, tries[-1] if tries else None) | {
        "body": delivery.body,
        "tries": [_attempt(each) for each in tries],
    }


def _attempt(attempt: HookAttempt) -> WebhookAttempt:
    return WebhookAttempt(
        at=attempt.at,
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        error=attempt.error,
        answer=attempt.answer,
    )
