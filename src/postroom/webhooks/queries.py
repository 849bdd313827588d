"""Reads about webhooks and what they were told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from postroom.lib import sql
from postroom.webhooks.errors import DeliveryNotFound, HookNotFound
from postroom.webhooks.models import Hook, HookAttempt, HookDelivery


def list_hooks(account_id: int) -> list[Hook]:
    """Every webhook of the account, the oldest first."""
    return list(Hook.objects.filter(account_id=account_id).order_by("id"))


def get(account_id: int, hook_id: int) -> Hook:
    """One webhook. Raises HookNotFound."""
    found = Hook.objects.filter(account_id=account_id, id=hook_id).first()
    if found is None:
        raise HookNotFound
    return found


def figures(account_id: int, hook_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By webhook: deliveries of the last 7 days (`delivered`, `failed`), those that wait (`waiting`),
    and when the last one went through (`delivered_at`)."""
    rows = sql.rows(
        sql.load("webhooks", "count_deliveries"), {"account": account_id, "hooks": list(hook_ids)}
    )
    return {row.pop("hook_id"): row for row in rows}


def list_deliveries(
    account_id: int, hook_id: int, *, state: str = "", page: int = 1, per_page: int = 50
) -> tuple[list[HookDelivery], int]:
    """Deliveries of a webhook, the newest first, and how many there are. `state` "" is any."""
    found: QuerySet[HookDelivery] = HookDelivery.objects.filter(account_id=account_id, hook_id=hook_id)
    if state:
        states = ["waiting", "held"] if state == "waiting" else [state]
        found = found.filter(state__in=states)
    start = (page - 1) * per_page
    return list(found.order_by("-id")[start : start + per_page]), found.count()


def last_attempts(account_id: int, delivery_ids: Sequence[int]) -> dict[int, HookAttempt]:
    """The last try of each delivery that had one."""
    found = (
        HookAttempt.objects.filter(account_id=account_id, delivery_id__in=list(delivery_ids))
        .order_by("delivery_id", "-id")
        .distinct("delivery_id")
    )
    return {attempt.delivery_id: attempt for attempt in found}


def get_delivery(account_id: int, hook_id: int, delivery_id: int) -> tuple[HookDelivery, list[HookAttempt]]:
    """One delivery and its tries in order. Raises DeliveryNotFound."""
    found = HookDelivery.objects.filter(account_id=account_id, hook_id=hook_id, id=delivery_id).first()
    if found is None:
        raise DeliveryNotFound
    tries = HookAttempt.objects.filter(account_id=account_id, delivery_id=delivery_id).order_by("id")
    return found, list(tries)
