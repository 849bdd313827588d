"""What `/api/1/webhooks` takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

Status = Literal["enabled", "paused", "gone"]
DeliveryState = Literal["waiting", "held", "delivered", "failed", "gone"]
EventName = Literal[
    "subscriber_activate",
    "subscriber_unsubscribe",
    "subscriber_bounce",
    "subscriber_complain",
    "form_subscribe",
    "course_subscribe",
    "course_complete",
    "link_click",
    "product_purchase",
    "tag_add",
    "tag_remove",
    "purchase_create",
]
Id = Field(None, ge=1, lt=2**53)


class WebhookRow(Schema):
    """`param_name` names the form, tag or sequence of `param_id`; null where it is gone. `delivered` and
    `failed` count the last seven days. `failing_since` is the first failure after the last success."""

    id: int
    event: EventName
    param_id: int | None
    param_name: str | None
    initiator_value: str | None
    target_url: str
    status: Status
    reason: str
    signed: bool
    failing_since: datetime | None
    created_at: datetime
    delivered: int
    failed: int
    waiting: int
    delivered_at: datetime | None


class NewWebhook(Schema):
    """`param_id` for events about a form, tag, sequence or product, `initiator_value` for a link's URL."""

    event: EventName
    target_url: str
    param_id: int | None = Id
    initiator_value: str | None = None
    signed: bool = False


class WebhookMade(WebhookRow):
    """`secret` is shown this once; null without signature."""

    secret: str | None


class WebhookChanges(Schema):
    target_url: str


class WebhookSecret(Schema):
    """Shown this once."""

    secret: str


class WebhookAttempt(Schema):
    """One try. Without `status` no answer came, and `error` says why. `answer` is its beginning."""

    at: datetime
    duration_ms: int
    status: int | None
    error: str
    answer: str


class WebhookDeliveryRow(Schema):
    """`attempts` counts since the last resend; `last` is the latest try. `next_at` is when it is due."""

    id: int
    state: DeliveryState
    is_test: bool
    subscriber_id: int | None
    attempts: int
    created_at: datetime
    next_at: datetime | None
    done_at: datetime | None
    last: WebhookAttempt | None


class WebhookDelivery(WebhookDeliveryRow):
    """With the body as it is sent, and every try in order."""

    body: str
    tries: list[WebhookAttempt]
