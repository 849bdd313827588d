"""`/api/1/purchases` and `/products`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.door import Person, join


def sell(who: Person, **changes: Any) -> Any:
    lines = [{"pid": 7, "lid": 1, "name": "Field guide", "sku": "FG", "unit_price": "12.50", "quantity": 2}]
    given = {
        "transaction_id": "t1", "email_address": "ann@example.com", "currency": "eur", "products": lines,
        "integration": "Shop",
    }  # fmt: skip
    return who.post("purchases", given | changes)


def test_a_purchase_is_recorded_listed_and_read(alice: Person) -> None:
    made = sell(alice, tax="0.1")
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["total"], shown["subtotal"], shown["tax"]) == ("25.10", "25.00", "0.10")
    assert (shown["status"], shown["refunded"], shown["integration"]) == ("paid", False, "Shop")
    assert alice.get(f"purchases/{shown['id']}").json() == shown
    assert alice.get("purchases").json() == {"items": [shown], "total": 1, "page": 1, "per_page": 50}
    person = alice.get(f"subscribers/{shown['subscriber_id']}/purchases").json()
    assert person == {"items": [shown]}


def test_a_wrong_purchase_names_what_is_wrong(alice: Person) -> None:
    found = sell(alice, currency="xx", total="much")
    assert found.status_code == 422
    assert (
        found.json()["message"] == "currency is not a currency code of three letters, total is not a number"
    )


def test_viewers_read_and_do_not_record(alice: Person) -> None:
    viewer = join(alice, "viewer", "vic@example.com")
    assert sell(viewer).status_code == 403
    assert viewer.get("purchases").status_code == 200
    assert viewer.get("products").status_code == 200


def test_filters_find_by_words_product_state_and_time(alice: Person) -> None:
    from postroom.lib.clock import now

    old = (now() - timedelta(days=40)).isoformat()
    first = sell(alice, transaction_id="old_%", transaction_time=old).json()
    second = sell(alice, transaction_id="new", status="refunded", email_address="bea@example.com").json()
    product = alice.get("products").json()["items"][0]["id"]

    def ids(query: str) -> list[int]:
        return [each["id"] for each in alice.get(f"purchases?{query}").json()["items"]]

    assert ids("") == [second["id"], first["id"]]
    assert ids("q=bea@") == [second["id"]]
    assert ids("q=old_%25") == [first["id"]]
    assert ids("q=field%20guide") == [second["id"], first["id"]]
    assert ids("q=_x") == []
    assert ids("status=Refunded") == [second["id"]]
    assert ids("days=30") == [second["id"]]
    assert ids(f"product_id={product}") == [second["id"], first["id"]]
    assert ids("product_id=0") == ids(f"product_id={2**70}") == []


def test_products_count_what_was_kept(alice: Person) -> None:
    sell(alice)
    sell(alice, transaction_id="t2", currency="usd", email_address="bea@example.com")
    sell(alice, transaction_id="t3", status="refunded")
    product = alice.get("products?q=guide").json()["items"][0]
    assert (product["pid"], product["sku"], product["purchases"]) == ("7", "FG", 3)
    assert (product["sold"], product["people"]) == (4, 2)
    assert product["revenue"] == [
        {"currency": "EUR", "amount": "25.00"},
        {"currency": "USD", "amount": "25.00"},
    ]
    assert alice.get(f"products/{product['id']}").json() == product
    assert alice.get("products?q=nothing").json()["total"] == 0


def test_revenue_is_by_day_of_the_account_and_by_currency_without_refunds(alice: Person) -> None:
    from postroom.accounts.models import Account
    from postroom.lib.clock import now

    Account.objects.filter(id=alice.account.pk).update(time_zone="Pacific/Auckland")
    alice.account.refresh_from_db()
    before = (now() - timedelta(days=30)).isoformat()
    sell(alice)
    sell(alice, transaction_id="t2", total="0.10")
    sell(alice, transaction_id="t3", status="refunded")
    sell(alice, transaction_id="t4", currency="JPY", total="900")
    sell(alice, transaction_id="t5", transaction_time=before, total=7)
    euro, yen = alice.get("purchases/revenue?days=30").json()["currencies"]
    assert (euro["currency"], euro["total"], euro["total_before"], euro["purchases"]) == (
        "EUR", "25.10", "7.00", 2,
    )  # fmt: skip
    assert len(euro["days"]) == 30
    assert (euro["days"][-1]["amount"], euro["days"][-1]["purchases"]) == ("25.10", 2)
    assert (yen["currency"], yen["total"]) == ("JPY", "900.00")
    assert alice.get("purchases/revenue?days=0").status_code == 422
