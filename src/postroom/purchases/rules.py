"""What a purchase may say, read as shops send it: amounts as text, whole or broken numbers. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from postroom.purchases.errors import PurchaseInvalid
from postroom.subscribers.errors import InvalidEmail
from postroom.subscribers.rules import parse_email

MAX_TEXT = 255
MAX_LINES = 500
MAX_QUANTITY = 10**9
MAX_AMOUNT = Decimal(10) ** 14
CENT = Decimal("0.0001")
AMOUNTS = ("subtotal", "shipping", "discount", "tax", "total")
# ISO 4217, and what shop software sells in besides it.
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTC BTN BWP BYN
BYR BZD CAD CDF CHF CLF CLP CNY COP CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP
GEL GGP GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS IMP INR IQD IRR IRT ISK JEP JMD JOD JPY
KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR
MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PRB PYG QAR RON RSD RUB RWF
SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
TZS UAH UGX USD UYU UZS VED VEF VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG ZWL
"""
CURRENCIES = frozenset(_CODES.split())
_LINE_WORDS = {
    "name": "Name",
    "pid": "Pid",
    "lid": "Lid",
    "unit_price": "Unit price",
    "quantity": "Quantity",
}
REFUNDED = frozenset(
    {"refunded", "refund", "cancelled", "canceled", "failed", "chargeback", "void", "voided"}
)
"""States, in lower case, whose money is not the creator's: they count for no revenue."""


@dataclass(frozen=True, slots=True)
class Line:
    """One product of a purchase. `pid` and `lid` have the type they were sent in."""

    pid: str | int | float | bool
    lid: str | int | float | bool
    name: str
    sku: str | None
    unit_price: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class NewPurchase:
    """A purchase that can be recorded. None: not given."""

    transaction_id: str
    email: str
    first_name: str | None
    currency: str
    status: str | None
    transaction_time: datetime | None
    integration: str | None
    amounts: Mapping[str, Decimal | None]
    """By each name of `AMOUNTS`."""
    lines: Sequence[Line]


def read_purchase(given: Mapping[str, Any]) -> NewPurchase:
    """A purchase from what a shop sent. Raises PurchaseInvalid naming everything that is wrong with it."""
    problems: list[str] = []
    texts = {name: _text(given.get(name)) for name in ("transaction_id", "email_address", "currency")}
    problems += [f"{name} can't be blank" for name, text in texts.items() if not text]
    problems += _check_texts(texts)
    made = NewPurchase(
        transaction_id=texts["transaction_id"],
        email=texts["email_address"].replace(" ", "+"),
        first_name=_text(given.get("first_name") or given.get("name")) or None,
        currency=texts["currency"].upper(),
        status=_text(given.get("status"))[:50] or None,
        transaction_time=_time(given.get("transaction_time"), problems),
        integration=_text(given.get("integration"))[:MAX_TEXT] or None,
        amounts={name: _amount(given.get(name), name, problems) for name in AMOUNTS},
        lines=_lines(given.get("products"), problems),
    )
    if problems:
        raise PurchaseInvalid(problems)
    return made


def fill_amounts(purchase: NewPurchase) -> dict[str, Decimal]:
    """All amounts: what was not given is 0, subtotal and total follow from the lines."""
    found = purchase.amounts
    parts = {name: found[name] or Decimal(0) for name in ("shipping", "discount", "tax")}
    subtotal = found["subtotal"]
    if subtotal is None:
        subtotal = sum((line.unit_price * line.quantity for line in purchase.lines), Decimal(0))
    total = found["total"]
    if total is None:
        total = subtotal + parts["shipping"] + parts["tax"] - parts["discount"]
    return parts | {"subtotal": subtotal, "total": total}


def is_refunded(status: str) -> bool:
    """Whether a purchase in this state earns nothing."""
    return status.lower() in REFUNDED


def _check_texts(texts: Mapping[str, str]) -> list[str]:
    problems = []
    if len(texts["transaction_id"]) > MAX_TEXT:
        problems.append(f"transaction_id is longer than {MAX_TEXT} characters")
    if texts["email_address"]:
        try:
            parse_email(texts["email_address"].replace(" ", "+"))
        except InvalidEmail:
            problems.append("email_address is invalid")
    if texts["currency"] and texts["currency"].upper() not in CURRENCIES:
        problems.append("currency is not a currency code of three letters")
    return problems


def _lines(given: Any, problems: list[str]) -> list[Line]:
    items = list(given.values()) if isinstance(given, dict) and not _is_line(given) else given
    items = [items] if isinstance(items, dict) else items
    if not isinstance(items, list) or not items:
        problems.append("products can't be blank")
        return []
    if len(items) > MAX_LINES:
        problems.append(f"products are more than {MAX_LINES}")
        return []
    return [_line(item, number, problems) for number, item in enumerate(items, 1)]


def _is_line(given: Mapping[str, Any]) -> bool:
    return "pid" in given or "name" in given or "unit_price" in given


def _line(given: Any, number: int, problems: list[str]) -> Line:
    item: Mapping[str, Any] = given if isinstance(given, dict) else {}
    name = _text(item.get("name"))[:MAX_TEXT]
    of = f"for product: {name or number}"
    problems += [
        f"{word} can't be blank {of}" for key, word in _LINE_WORDS.items() if not _text(item.get(key))
    ]
    wrong: list[str] = []
    price = _amount(item.get("unit_price"), "Unit price", wrong)
    quantity = _quantity(item.get("quantity"), "Quantity", wrong)
    problems += [f"{each} {of}" for each in wrong]
    return Line(
        pid=_scalar(item.get("pid")),
        lid=_scalar(item.get("lid")),
        name=name,
        sku=_text(item.get("sku"))[:MAX_TEXT] or None,
        unit_price=price or Decimal(0),
        quantity=quantity,
    )


def _amount(value: Any, name: str, problems: list[str]) -> Decimal | None:
    text = _text(value)
    if not text:
        return None
    try:
        number = Decimal(text)
        if not number.is_finite() or abs(number) >= MAX_AMOUNT:
            raise InvalidOperation
        return number.quantize(CENT)
    except InvalidOperation:
        problems.append(f"{name} is not a number")
        return None


def _quantity(value: Any, name: str, problems: list[str]) -> int:
    number = _amount(value, name, problems)
    if number is None:
        return 0
    if number != number.to_integral_value() or not 0 <= number <= MAX_QUANTITY:
        problems.append(f"{name} is not a whole number")
        return 0
    return int(number)


def _time(value: Any, problems: list[str]) -> datetime | None:
    """`2018-03-17 11:28:04` in UTC, or ISO 8601."""
    text = _text(value)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.removesuffix(" UTC"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        problems.append("transaction_time is not a time like 2018-03-17 11:28:04")
        return None


def _scalar(value: Any) -> str | int | float | bool:
    if isinstance(value, str):
        return _text(value)[:MAX_TEXT]
    return value if isinstance(value, bool | int | float) else ""


def _text(value: Any) -> str:
    """A scalar as text that PostgreSQL takes; empty for null, lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
