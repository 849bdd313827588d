"""Recording purchases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from psycopg.types.json import Jsonb

from postroom.events import services as events
from postroom.lib import sql
from postroom.lib.clock import now
from postroom.purchases import rules
from postroom.purchases.rules import NewPurchase
from postroom.subscribers import services as subscribers
from postroom.subscribers.rules import Cause


@transaction.atomic
def record(*, account_id: int, given: Mapping[str, Any], cause: Cause) -> int:
    """Writes a purchase as a shop sent it, and answers its id. The same transaction again updates it.

    The person is found or made active, and gets the name that was given; somebody who left stays away.
    Tells of a new purchase once, and of each product once it is bought. Raises PurchaseInvalid."""
    purchase = rules.read_purchase(given)
    person = subscribers.subscribe(
        account_id=account_id,
        email=purchase.email,
        first_name=purchase.first_name,
        source=purchase.integration or "Purchase",
        cause=replace(cause, kind="purchase"),
    )
    products = _keep_products(account_id, purchase)
    row = _keep_purchase(account_id, purchase, person.id)
    purchase_id = int(row["id"])
    known = _replace_lines(account_id, purchase_id, purchase, products)
    if row["created"]:
        events.record(
            account_id=account_id, kind="purchase_created", subscriber_id=person.id, subject_id=purchase_id
        )
    for product_id in sorted(set(products.values()) - known):
        events.record(
            account_id=account_id,
            kind="product_purchased",
            subscriber_id=person.id,
            subject_id=product_id,
            payload={"purchase_id": purchase_id},
        )
    return purchase_id


def _keep_products(account_id: int, purchase: NewPurchase) -> dict[str, int]:
    """The ids of the products by the shop's id, as text; the latest name counts."""
    lines = {str(line.pid): line for line in purchase.lines}
    pids = sorted(lines)  # in one order, so that two purchases at once wait rather than lock each other out
    found = sql.rows(
        sql.load("purchases", "keep_products"),
        {
            "account": account_id,
            "pids": pids,
            "names": [lines[pid].name for pid in pids],
            "skus": [lines[pid].sku for pid in pids],
        },
    )
    return {str(row["pid"]): int(row["id"]) for row in found}


def _keep_purchase(account_id: int, purchase: NewPurchase, subscriber_id: int) -> dict[str, Any]:
    row = sql.row(
        sql.load("purchases", "keep_purchase"),
        {
            "account": account_id,
            "subscriber": subscriber_id,
            "transaction": purchase.transaction_id,
            "status": purchase.status,
            "currency": purchase.currency,
            "time": purchase.transaction_time,
            "now": now(),
            "integration": purchase.integration,
            **rules.fill_amounts(purchase),
        },
    )
    assert row is not None
    return row


def _replace_lines(
    account_id: int, purchase_id: int, purchase: NewPurchase, products: dict[str, int]
) -> set[int]:
    """Writes the lines anew; answers the products that were in the purchase before."""
    before = sql.rows(
        "DELETE FROM purchase_line WHERE account_id = %s AND purchase_id = %s RETURNING product_id",
        [account_id, purchase_id],
    )
    lines = purchase.lines
    sql.execute(
        sql.load("purchases", "insert_lines"),
        {
            "account": account_id,
            "purchase": purchase_id,
            "products": [products[str(line.pid)] for line in lines],
            "pids": [Jsonb(line.pid) for line in lines],
            "lids": [Jsonb(line.lid) for line in lines],
            "names": [line.name for line in lines],
            "skus": [line.sku for line in lines],
            "prices": [line.unit_price for line in lines],
            "quantities": [line.quantity for line in lines],
        },
    )
    return {int(row["product_id"]) for row in before}
