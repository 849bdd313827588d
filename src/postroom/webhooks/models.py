"""Webhooks, what each was to be told, and every try."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account
from postroom.subscribers.models import Subscriber


class HookStatus(models.TextChoices):
    ENABLED: Any = "enabled", "Hears of what happens"
    PAUSED: Any = "paused", "Hears nothing until somebody resumes it"
    GONE: Any = "gone", "The target answered 410: it wants nothing more"


class DeliveryState(models.TextChoices):
    WAITING: Any = "waiting", "Is due at next_at"
    HELD: Any = "held", "Waits for its webhook to be resumed"
    DELIVERED: Any = "delivered", "The target answered 2xx"
    FAILED: Any = "failed", "Every attempt failed"
    GONE: Any = "gone", "The target wants nothing more"


class Hook(models.Model):
    """One target for one event. Unique is nothing but the id: two rules may well say the same."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    event = models.CharField(max_length=40)
    """A name of `rules.EVENTS`."""
    param_id = models.BigIntegerField(null=True)
    """The form, tag, sequence or product that the event is about."""
    initiator_value = models.TextField(null=True)
    """The exact URL of a link."""
    target_url = models.TextField()
    host = models.TextField()
    """Of the target; few calls at once go to each."""
    status = models.CharField(max_length=8, choices=HookStatus, default=HookStatus.ENABLED)
    reason = models.CharField(max_length=8, blank=True, default="")
    """Why it is paused: `hand` or `dead`."""
    secret_sealed = models.BinaryField(null=True)
    failing_since = models.DateTimeField(null=True)
    """The first failure after the last success."""
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "hook"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="hook_account_id")]
        indexes = [models.Index(fields=["account", "event", "param_id"], name="hook_event")]


class HookDelivery(models.Model):
    """One event for one target, with the body as it is sent."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    hook = models.ForeignKey(Hook, models.CASCADE, db_index=False, db_constraint=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, null=True, db_index=False, db_constraint=False)
    """Whom the body is about: it goes when they are deleted."""
    fact_id = models.BigIntegerField(null=True)
    """Null: a test."""
    body = models.TextField()
    host = models.TextField()
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.SmallIntegerField(db_default=0)
    """In the present row of tries; a resend begins a new one."""
    next_at = models.DateTimeField(db_default=Now())
    """While a worker has it: when the lease ends."""
    claim = models.IntegerField(db_default=0)
    """Counts claims: who lost the lease writes nothing down."""
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hook_delivery"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="hook_delivery_account_id")]
        indexes = [
            models.Index(
                fields=["host", "next_at"], name="hook_delivery_due", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["account", "hook", "id"], name="hook_delivery_hook"),
            models.Index(fields=["account", "subscriber"], name="hook_delivery_subscriber"),
            models.Index(fields=["created_at"], name="hook_delivery_age"),
        ]


class HookAttempt(models.Model):
    """One try and what came back."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    delivery = models.ForeignKey(HookDelivery, models.CASCADE, db_index=False, db_constraint=False)
    at = models.DateTimeField()
    duration_ms = models.IntegerField()
    status = models.SmallIntegerField(null=True)
    """Null: no answer came; `error` says why."""
    error = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    """The first 1,000 bytes."""

    class Meta:
        db_table = "hook_attempt"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="hook_attempt_account_id")]
        indexes = [models.Index(fields=["account", "delivery"], name="hook_attempt_delivery")]
