"""`/api/1/purchases` and `/products`: what people bought, and what it brought in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.lib.clock import now
from postroom.purchases import queries, services
from postroom.purchases.queries import Filter, PurchaseRow
from postroom.subscribers import queries as people
from postroom.subscribers.rules import Cause

router = Router(tags=["Purchases"])


class Money(Schema):
    """An amount as a decimal text, in the currency's own unit."""

    currency: str
    amount: str


class PurchaseLineOut(Schema):
    """`pid` and `lid` are the shop's ids of product and line, as text."""

    product_id: int
    pid: str
    lid: str
    name: str
    sku: str | None
    unit_price: str
    quantity: int


class PurchaseOut(Schema):
    """Amounts are decimal texts. `subscriber_id` is null once the person was erased; `refunded` ones count
    for no revenue."""

    id: int
    subscriber_id: int | None
    email: str | None
    first_name: str | None
    transaction_id: str
    status: str
    refunded: bool
    currency: str
    subtotal: str
    shipping: str
    discount: str
    tax: str
    total: str
    transaction_time: datetime
    integration: str
    created_at: datetime
    updated_at: datetime
    products: list[PurchaseLineOut]


class ProductOut(Schema):
    """`id` is ours and stands in webhooks, `pid` the shop's. `sold` and `people` leave refunds out."""

    id: int
    pid: str
    name: str
    sku: str | None
    created_at: datetime
    purchases: int
    sold: int
    people: int
    last_at: datetime | None
    revenue: list[Money]


class RevenueDay(Schema):
    """A day of the account's calendar."""

    day: date
    amount: str
    purchases: int


class CurrencyRevenue(Schema):
    """One currency's days, every one of the period, with their sum and that of as many days before."""

    currency: str
    total: str
    total_before: str
    purchases: int
    days: list[RevenueDay]


class RevenueOut(Schema):
    """Currencies that sold anything, the one with the most purchases first."""

    currencies: list[CurrencyRevenue]


class PurchaseQuery(Schema):
    """`days`: only of so many last days of the account's calendar."""

    q: str = ""
    status: str = ""
    product_id: int | None = None
    days: int | None = Field(None, ge=1, le=3660)


class RevenueQuery(Schema):
    days: int = Field(90, ge=1, le=366)


class PurchaseProductIn(Schema):
    pid: str | int
    lid: str | int
    name: str
    sku: str | None = None
    unit_price: str | float
    quantity: int


class PurchaseIn(Schema):
    """As API v3 takes it: amounts as texts or numbers, a time in UTC."""

    transaction_id: str
    email_address: str
    currency: str
    products: list[PurchaseProductIn]
    first_name: str | None = None
    subtotal: str | float | None = None
    shipping: str | float | None = None
    discount: str | float | None = None
    tax: str | float | None = None
    total: str | float | None = None
    transaction_time: str | None = None
    status: str | None = None
    integration: str | None = None


class PurchasesOfPerson(Schema):
    items: list[PurchaseOut]


@router.get("/purchases", response=Listing[PurchaseOut])
def list_purchases(
    request: HttpRequest, paging: Query[Paging], wanted: Query[PurchaseQuery]
) -> dict[str, Any]:
    """Purchases, the newest first."""
    account = caller(request).account
    since = _days_ago(wanted.days, account.time_zone) if wanted.days else None
    fits = Filter(search=wanted.q, status=wanted.status, product_id=_id(wanted.product_id), since=since)
    rows = queries.list_purchases(account.pk, fits, offset=paging.offset, limit=paging.per_page)
    return listing([_show(row) for row in rows], queries.count_purchases(account.pk, fits), paging)


@router.post("/purchases", response={201: PurchaseOut})
def record_purchase(request: HttpRequest, data: PurchaseIn) -> Status[Any]:
    """Record a purchase; the same `transaction_id` again updates it."""
    who = caller(request)
    cause = Cause("api", actor=who.actor, origin="native")
    purchase_id = services.record(account_id=who.account_id, given=data.dict(), cause=cause)
    return Status(201, _show(queries.get(who.account_id, purchase_id)))


@router.get("/purchases/revenue", response=RevenueOut)
def show_revenue(request: HttpRequest, wanted: Query[RevenueQuery]) -> dict[str, Any]:
    """Revenue by day and currency over the last days of the account's own calendar; refunds earn nothing."""
    account = caller(request).account
    last = now().astimezone(ZoneInfo(account.time_zone)).date()
    first = last - timedelta(days=wanted.days - 1)
    found = queries.revenue(
        account.pk, first=first - timedelta(days=wanted.days), last=last, time_zone=account.time_zone
    )
    shown = [
        _currency(code, [row for row in found if row["currency"] == code], first, last)
        for code in sorted({row["currency"] for row in found})
    ]
    return {"currencies": sorted(shown, key=lambda each: -int(each["purchases"]))}


@router.get("/purchases/{int:purchase_id}", response=PurchaseOut)
def get_purchase(request: HttpRequest, purchase_id: int) -> dict[str, Any]:
    """One purchase."""
    return _show(queries.get(caller(request).account_id, purchase_id))


@router.get("/products", response=Listing[ProductOut])
def list_products(request: HttpRequest, paging: Query[Paging], q: str = "") -> dict[str, Any]:
    """Products by name, with what they brought in."""
    found = queries.list_products(caller(request).account_id, q)
    part = found[paging.offset : paging.offset + paging.per_page]
    return listing([_show_product(row) for row in part], len(found), paging)


@router.get("/products/{int:product_id}", response=ProductOut)
def get_product(request: HttpRequest, product_id: int) -> dict[str, Any]:
    """One product."""
    return _show_product(queries.get_product(caller(request).account_id, product_id))


@router.get("/subscribers/{int:subscriber_id}/purchases", response=PurchasesOfPerson)
def list_purchases_of_person(request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
    """What a person bought, the newest first, at most 200."""
    account_id = caller(request).account_id
    person = people.get(account_id, subscriber_id)
    rows = queries.list_purchases(account_id, Filter(subscriber_id=person.id), limit=200)
    return {"items": [_show(row) for row in rows]}


def _id(given: int | None) -> int | None:
    return None if given is None else given if 0 < given < 2**53 else 0


def _days_ago(days: int, time_zone: str) -> datetime:
    zone = ZoneInfo(time_zone)
    first = now().astimezone(zone).date() - timedelta(days=days - 1)
    return datetime.combine(first, time(), zone)


def _currency(code: str, rows: list[dict[str, Any]], first: date, last: date) -> dict[str, Any]:
    by_day = {row["day"]: row for row in rows}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    none = {"amount": Decimal(0), "purchases": 0}
    period = [by_day.get(day, none) for day in days]
    return {
        "currency": code,
        "total": _plain(sum((row["amount"] for row in period), Decimal(0))),
        "total_before": _plain(sum((row["amount"] for row in rows if row["day"] < first), Decimal(0))),
        "purchases": sum(row["purchases"] for row in period),
        "days": [
            {"day": day, "amount": _plain(row["amount"]), "purchases": row["purchases"]}
            for day, row in zip(days, period, strict=True)
        ],
    }


def _plain(amount: Decimal) -> str:
    """At least two places, more only where they say something."""
    text = f"{amount:f}"
    whole, _, places = text.partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def _show(row: PurchaseRow) -> dict[str, Any]:
    amounts = {
        name: _plain(getattr(row, name)) for name in ("subtotal", "shipping", "discount", "tax", "total")
    }
    return amounts | {
        "id": row.id,
        "subscriber_id": row.subscriber_id,
        "email": row.email,
        "first_name": row.first_name,
        "transaction_id": row.transaction_id,
        "status": row.status,
        "refunded": row.refunded,
        "currency": row.currency,
        "transaction_time": row.transaction_time,
        "integration": row.integration,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "products": [
            {
                "product_id": line.product_id,
                "pid": str(line.pid),
                "lid": str(line.lid),
                "name": line.name,
                "sku": line.sku,
                "unit_price": _plain(line.unit_price),
                "quantity": line.quantity,
            }
            for line in row.lines
        ],
    }


def _show_product(row: dict[str, Any]) -> dict[str, Any]:
    revenue = [
        {"currency": each["currency"], "amount": _plain(Decimal(each["amount"]))} for each in row["revenue"]
    ]
    return row | {"revenue": revenue}
