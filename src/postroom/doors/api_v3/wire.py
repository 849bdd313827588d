"""The shapes of this dialect, each written once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.http import HttpResponse

from postroom.forms.models import Form
from postroom.lib.clock import now
from postroom.purchases import queries as purchases
from postroom.purchases.queries import PurchaseRow
from postroom.sequences.models import Sequence
from postroom.settings import load
from postroom.subscribers.queries import FieldRow, Person, list_fields
from postroom.subscribers.queries.wire import subscribers_by_id

PER_PAGE = 50
_encode = msgspec.json.Encoder().encode


def answer(body: Any, status: int = 200) -> HttpResponse:
    """A JSON answer; `str` is JSON already (made inside PostgreSQL)."""
    content = body if isinstance(body, str) else _encode(body)
    response = HttpResponse(content, status=status, content_type="application/json; charset=utf-8")
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def empty() -> HttpResponse:
    """204."""
    response = HttpResponse(status=204)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def write_time(at: datetime | None) -> str | None:
    """UTC, exactly three fraction digits, `Z`: strict clients fail on anything else."""
    if at is None:
        return None
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def write_subscriber(person: Person, fields: list[FieldRow]) -> dict[str, Any]:
    """S: every custom field of the account is there, null when unset."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "email_address": person.email,
        "state": person.state,
        "created_at": write_time(person.created_at),
        "fields": {field.key: person.fields.get(str(field.id)) for field in fields},
    }


def hook_subscribers(account_id: int, ids: Iterable[int], *, state: str | None = None) -> dict[int, str]:
    """What webhooks tell about people, by id; `state` is theirs after the event."""
    people = msgspec.json.decode(subscribers_by_id(account_id, list(ids)))
    return {person["id"]: _hook_body(person, state) for person in people}


def hook_sample(account_id: int, *, state: str | None = None) -> str:
    """The same about somebody made up, with every field of the account."""
    person = {
        "id": 1,
        "first_name": "Ada",
        "email_address": "ada@example.com",
        "state": "active",
        "created_at": write_time(now()),
        "fields": {field.key: None for field in list_fields(account_id)},
    }
    return _hook_body(person, state)


def _hook_body(person: dict[str, Any], state: str | None) -> str:
    return _encode({"subscriber": person | ({"state": state} if state else {})}).decode()


def write_purchase(purchase: PurchaseRow) -> dict[str, Any]:
    """P: never wrapped; its time, alone in this dialect, has no fraction."""
    at = purchase.transaction_time.astimezone(UTC).replace(tzinfo=None)
    return {
        "id": purchase.id,
        "transaction_id": purchase.transaction_id,
        "status": purchase.status,
        "email_address": purchase.email,
        "currency": purchase.currency,
        "transaction_time": at.isoformat(timespec="seconds") + "Z",
        "subtotal": float(purchase.subtotal),
        "shipping": float(purchase.shipping),
        "discount": float(purchase.discount),
        "tax": float(purchase.tax),
        "total": float(purchase.total),
        "products": [
            {
                "unit_price": float(line.unit_price),
                "quantity": line.quantity,
                "sku": line.sku,
                "name": line.name,
                "pid": line.pid,
                "lid": line.lid,
            }
            for line in purchase.lines
        ],
    }


def hook_purchase(account_id: int, ids: Iterable[int]) -> dict[int, str]:
    """What webhooks tell about purchases, by id: bare P."""
    found = purchases.purchases_by_id(account_id, list(ids))
    return {purchase.id: _encode(write_purchase(purchase)).decode() for purchase in found}


def hook_purchase_sample(account_id: int) -> str:
    """The same about a purchase made up."""
    line = purchases.LineRow(
        product_id=1, pid=1, lid=1, name="Example", sku="EX-1", unit_price=Decimal(20), quantity=1
    )
    none, at = Decimal(0), now()
    made_up = PurchaseRow(
        id=1,
        subscriber_id=1,
        email="ada@example.com",
        first_name="Ada",
        transaction_id="example-1",
        status="paid",
        currency="EUR",
        subtotal=Decimal(20),
        shipping=none,
        discount=none,
        tax=none,
        total=Decimal(20),
        transaction_time=at,
        integration="Example",
        created_at=at,
        updated_at=at,
        lines=[line],
    )
    return _encode(write_purchase(made_up)).decode()


def write_tag(tag: Any) -> dict[str, Any]:
    """A bare tag."""
    return {"id": tag["id"], "name": tag["name"], "created_at": write_time(tag["created_at"])}


def write_new_tag(tag: Any) -> dict[str, Any]:
    """A tag that was just made."""
    return {
        "account_id": tag["account_id"],
        "created_at": write_time(tag["created_at"]),
        "deleted_at": None,
        "id": tag["id"],
        "name": tag["name"],
        "state": "available",
        "updated_at": write_time(tag["updated_at"]),
    }


def write_field(field: FieldRow) -> dict[str, Any]:
    """A custom field."""
    return {"id": field.id, "name": field.name, "key": field.key, "label": field.label}


def write_new_field(field: FieldRow, account_id: int) -> dict[str, Any]:
    """A custom field that was just made."""
    return write_field(field) | {
        "account_id": account_id,
        "created_at": write_time(field.created_at),
        "updated_at": write_time(field.updated_at),
        "kind": None,
        "value": None,
    }


def write_course(sequence: Sequence) -> dict[str, Any]:
    """A sequence, under its old name."""
    return {
        "id": sequence.pk,
        "name": sequence.name,
        "hold": sequence.hold,
        "repeat": sequence.repeat,
        "created_at": write_time(sequence.created_at),
    }


def write_form(form: Form) -> dict[str, Any]:
    """F, current shape: no `url` key, which would mean a legacy landing page."""
    base = load().pages_url
    return {
        "id": form.pk,
        "name": form.name,
        "created_at": write_time(form.created_at),
        "type": form.type,
        "format": None if form.type == "hosted" else form.format,
        "embed_js": f"{base}/{form.uid}/index.js",
        "embed_url": f"{base}/{form.uid}",
        "archived": form.archived_at is not None,
        "uid": form.uid,
    }
