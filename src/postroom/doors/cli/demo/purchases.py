"""The demo's shop: three products, and forty purchases of the last months."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from postroom.accounts.models import Account
from postroom.purchases import services
from postroom.subscribers.models import Subscriber
from postroom.subscribers.rules import Cause

PRODUCTS = (
    ("workbook", "The slow workbook", "SM-101", "18.00"),
    ("course", "Six quiet mornings (course)", "SM-201", "79.00"),
    ("cards", "One-list cards", "SM-301", "12.50"),
)
PURCHASES = 40
DAYS_APART = 3.7


def fill_purchases(account: Account, now: datetime, seed: int) -> None:
    """Records the purchases of people who had joined by then; a few were refunded."""
    chance = random.Random(seed)  # noqa: S311 - a made-up past, not a secret
    longest = timedelta(days=DAYS_APART * PURCHASES)
    readers = list(
        Subscriber.objects.filter(
            account_id=account.pk, state="active", created_at__lt=now - longest
        ).order_by("id")[:400]
    )
    for number in range(PURCHASES if readers else 0):
        at = now - timedelta(days=DAYS_APART * (PURCHASES - number - 1), minutes=71 * number % 900)
        chosen = chance.sample(PRODUCTS, 2 if chance.random() < 0.2 else 1)
        services.record(
            account_id=account.pk,
            given={
                "transaction_id": f"SM-{1001 + number}",
                "email_address": chance.choice(readers).email,
                "currency": "USD" if chance.random() < 0.2 else "EUR",
                "status": "refunded" if number % 13 == 7 else "paid",
                "transaction_time": at.isoformat(),
                "shipping": 0,
                "integration": "Demo shop",
                "products": [
                    {"pid": pid, "lid": pid, "name": name, "sku": sku, "unit_price": price, "quantity": 1}
                    for pid, name, sku, price in chosen
                ],
            },
            cause=Cause("demo"),
        )
