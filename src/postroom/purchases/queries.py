"""Reads of purchases and products; every one takes the account first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from postroom.lib import sql
from postroom.purchases.errors import ProductNotFound, PurchaseNotFound
from postroom.purchases.rules import REFUNDED, is_refunded


@dataclass(frozen=True, slots=True)
class LineRow:
    """One product of a purchase; `pid` and `lid` as they were sent."""

    product_id: int
    pid: Any
    lid: Any
    name: str
    sku: str | None
    unit_price: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase with its lines. `subscriber_id` and `email` are None once the person was erased."""

    id: int
    subscriber_id: int | None
    email: str | None
    first_name: str | None
    transaction_id: str
    status: str
    currency: str
    subtotal: Decimal
    shipping: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal
    transaction_time: datetime
    integration: str
    created_at: datetime
    updated_at: datetime
    lines: list[LineRow]

    @property
    def refunded(self) -> bool:
        """Whether it earns nothing any more."""
        return is_refunded(self.status)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which purchases: by words of transaction, address, name or product; of a person, product, days."""

    search: str = ""
    subscriber_id: int | None = None
    product_id: int | None = None
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""


def count_purchases(account_id: int, wanted: Filter | None = None) -> int:
    """How many there are."""
    found = sql.row(sql.load("purchases", "count_purchases"), _parameters(account_id, wanted))
    return int(found["n"]) if found else 0


def list_purchases(
    account_id: int, wanted: Filter | None = None, *, offset: int = 0, limit: int = 50
) -> list[PurchaseRow]:
    """Purchases, the newest first."""
    parameters = _parameters(account_id, wanted) | {"offset": offset, "limit": limit}
    return _with_lines(account_id, sql.rows(sql.load("purchases", "list_purchases"), parameters))


def purchases_by_id(account_id: int, ids: Sequence[int]) -> list[PurchaseRow]:
    """Those of the ids that exist."""
    parameters = {"account": account_id, "ids": [number for number in ids if 0 < number < 2**53]}
    return _with_lines(account_id, sql.rows(sql.load("purchases", "find_purchases"), parameters))


def get(account_id: int, purchase_id: int) -> PurchaseRow:
    """One purchase. Raises PurchaseNotFound."""
    found = purchases_by_id(account_id, [purchase_id])
    if not found:
        raise PurchaseNotFound
    return found[0]


def list_products(
    account_id: int, search: str = "", *, ids: Sequence[int] | None = None
) -> list[dict[str, Any]]:
    """Products by name: id, pid, name, sku, created_at, purchases, sold, people, last_at, revenue
    ([{currency, amount}]); what was refunded counts for nothing but `purchases`."""
    found = sql.rows(
        sql.load("purchases", "list_products"),
        {
            "account": account_id,
            "search": _like(search),
            "ids": list(ids) if ids is not None else None,
            "refunded": sorted(REFUNDED),
        },
    )
    return [row | {"revenue": json.loads(row["revenue"])} for row in found]


def get_product(account_id: int, product_id: int) -> dict[str, Any]:
    """One product, as `list_products` has it. Raises ProductNotFound."""
    found = list_products(account_id, ids=[product_id])
    if not found:
        raise ProductNotFound
    return found[0]


def revenue(account_id: int, *, first: date, last: date, time_zone: str) -> list[dict[str, Any]]:
    """currency, day, amount, purchases: of each of the account's days from `first` to `last` that sold
    anything; refunds count nothing."""
    return sql.rows(
        sql.load("purchases", "sum_revenue"),
        {
            "account": account_id,
            "first": first,
            "last": last,
            "zone": time_zone,
            "refunded": sorted(REFUNDED),
        },
    )


def products_of(account_id: int, subscriber_id: int) -> list[int]:
    """Ids of the products that a person bought and kept."""
    found = sql.rows(
        sql.load("purchases", "list_bought"),
        {"account": account_id, "subscriber": subscriber_id, "refunded": sorted(REFUNDED)},
    )
    return [int(row["id"]) for row in found]


def _parameters(account_id: int, wanted: Filter | None) -> dict[str, Any]:
    wanted = wanted or Filter()
    return {
        "account": account_id,
        "search": _like(wanted.search),
        "subscriber": wanted.subscriber_id,
        "product": wanted.product_id,
        "status": wanted.status or None,
        "since": wanted.since,
        "until": wanted.until,
    }


def _like(search: str) -> str | None:
    text = search.strip()
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return f"%{text}%" if text else None


def _with_lines(account_id: int, rows: list[dict[str, Any]]) -> list[PurchaseRow]:
    lines: dict[int, list[LineRow]] = {row["id"]: [] for row in rows}
    for line in sql.rows(sql.load("purchases", "list_lines"), {"account": account_id, "ids": list(lines)}):
        of = line.pop("purchase_id")
        lines[of].append(LineRow(**line | {"pid": json.loads(line["pid"]), "lid": json.loads(line["lid"])}))
    return [PurchaseRow(**row, lines=lines[row["id"]]) for row in rows]
