"""`/v3/purchases`; each test names the section of Kit's contract it follows."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from tests.doors.api_v3.conftest import Kit
from tests.doors.api_v3.test_rules import NOT_FOUND

PATH = "/v3/purchases"
BODY: dict[str, Any] = {
    "transaction_id": "123-abcd",
    "email_address": "John@Example.com",
    "first_name": "John",
    "currency": "jpy",
    "transaction_time": "2018-03-17 11:28:04",
    "subtotal": 20.00,
    "tax": "2.00",
    "shipping": 2,
    "discount": 3.0,
    "total": 21.00,
    "status": "paid",
    "products": [
        {"pid": 9999, "lid": "7777", "name": "Disk", "sku": "7890", "unit_price": 5, "quantity": 2},
        {"pid": "5555", "lid": 7778, "name": "Cord", "unit_price": "10.00", "quantity": "1"},
    ],
}
ANSWER = {
    "transaction_id": "123-abcd",
    "status": "paid",
    "email_address": "John@Example.com",
    "currency": "JPY",
    "transaction_time": "2018-03-17T11:28:04Z",
    "subtotal": 20.0,
    "shipping": 2.0,
    "discount": 3.0,
    "tax": 2.0,
    "total": 21.0,
    "products": [
        {"unit_price": 5.0, "quantity": 2, "sku": "7890", "name": "Disk", "pid": 9999, "lid": "7777"},
        {"unit_price": 10.0, "quantity": 1, "sku": None, "name": "Cord", "pid": "5555", "lid": 7778},
    ],
}


def buy(kit: Kit, **changes: Any) -> Any:
    return kit.post(PATH, {"purchase": copy.deepcopy(BODY) | changes})


def facts(kind: str) -> list[tuple[int, int]]:
    from postroom.events.models import Fact

    return list(Fact.objects.filter(kind=kind).values_list("subscriber_id", "subject_id").order_by("id"))


def test_kit_2_9_a_purchase_is_answered_bare_with_floats_and_a_time_without_fraction(alice: Kit) -> None:
    made = buy(alice)
    assert made.status_code == 201
    number = made.data.pop("id")
    assert made.data == ANSWER
    assert re.search(rb'"subtotal":20\.0,"shipping":2\.0,', made.content)
    shown = alice.get(f"{PATH}/{number}/")
    assert (shown.status_code, shown.data) == (200, {"id": number} | ANSWER)


def test_kit_2_9_the_person_is_made_active_and_the_first_name_overwrites(alice: Kit) -> None:
    buy(alice)
    buy(alice, transaction_id="2", email_address="john@example.com", first_name="Johnny")
    found = alice.get("/v3/subscribers", email_address="john@example.com").data
    assert found["total_subscribers"] == 1
    person = found["subscribers"][0]
    assert (person["state"], person["first_name"]) == ("active", "Johnny")


def test_kit_2_9_somebody_who_left_is_not_brought_back_by_a_purchase(alice: Kit) -> None:
    buy(alice)
    alice.put("/v3/unsubscribe", {"email": "john@example.com"})
    buy(alice, transaction_id="2")
    found = alice.get("/v3/subscribers", email_address="john@example.com").data["subscribers"][0]
    assert found["state"] == "cancelled"


def test_kit_2_9_the_same_transaction_updates_in_place_and_tells_once(alice: Kit) -> None:
    first = buy(alice).data
    again = buy(alice, status="refunded", total=5)
    assert again.status_code == 201
    assert again.data == first | {"status": "refunded", "total": 5.0}
    assert alice.get(PATH).data["total_purchases"] == 1
    assert len(facts("purchase_created")) == 1
    assert len(facts("product_purchased")) == 2
    more = [*BODY["products"], {"pid": 1, "lid": 1, "name": "Extra", "unit_price": 1, "quantity": 1}]
    buy(alice, products=more, transaction_time=None, status=None)
    assert len(facts("purchase_created")) == 1
    assert len(facts("product_purchased")) == 3
    kept = alice.get(f"{PATH}/{first['id']}").data
    assert (kept["status"], kept["transaction_time"]) == ("refunded", first["transaction_time"])


def test_kit_2_9_facts_name_the_purchase_and_the_products(alice: Kit) -> None:
    from postroom.purchases import queries

    number = buy(alice).data["id"]
    person = alice.get("/v3/subscribers").data["subscribers"][0]["id"]
    assert facts("purchase_created") == [(person, number)]
    products = {product["id"] for product in queries.list_products(alice.id)}
    assert set(facts("product_purchased")) == {(person, product) for product in products}


def test_kit_1_4_everything_that_is_wrong_is_said_at_once(alice: Kit) -> None:
    for body in (None, {"purchase": None}, {"purchase": {}}, {"purchase": "x"}):
        found = alice.post(PATH, body)
        assert found.status_code == 400
        assert found.data == {
            "error": "Your request is missing parameters", "message": "purchase can't be blank",
        }  # fmt: skip
    found = buy(
        alice,
        transaction_id="",
        email_address="nobody",
        currency="bits",
        total="much",
        transaction_time="yesterday",
        products=[{"name": "Disk", "pid": 1, "unit_price": "x", "quantity": 1.5}],
    )
    assert found.status_code == 400
    assert found.data["error"] == "Your request is missing parameters"
    assert set(found.data["message"].split(", ")) == {
        "transaction_id can't be blank",
        "email_address is invalid",
        "currency is not a currency code of three letters",
        "total is not a number",
        "transaction_time is not a time like 2018-03-17 11:28:04",
        "Lid can't be blank for product: Disk",
        "Unit price is not a number for product: Disk",
        "Quantity is not a whole number for product: Disk",
    }
    assert buy(alice, products=[]).data["message"] == "products can't be blank"
    assert alice.get(PATH).data["total_purchases"] == 0
    assert alice.get("/v3/subscribers").data["total_subscribers"] == 0


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e999", "-1e15", [1], {"a": 1}])
def test_kit_2_9_amounts_that_are_no_money(alice: Kit, amount: Any) -> None:
    found = buy(alice, total=amount)
    assert found.status_code == (201 if isinstance(amount, list | dict) else 400)


def test_kit_2_9_what_is_not_given_follows_from_the_products(alice: Kit) -> None:
    bare = {name: BODY[name] for name in ("transaction_id", "email_address", "currency", "products")}
    found = alice.post(PATH, {"purchase": bare | {"discount": 4}}).data
    assert (found["subtotal"], found["discount"], found["total"]) == (20.0, 4.0, 16.0)
    assert found["status"] == "paid"


def test_kit_1_2_rails_brackets_say_the_same(alice: Kit) -> None:
    query = (
        "purchase[transaction_id]=9&purchase[email_address]=a%2Bb@x.com&purchase[currency]=eur"
        "&purchase[products][][pid]=1&purchase[products][][lid]=2&purchase[products][][name]=Book"
        "&purchase[products][][unit_price]=3.5&purchase[products][][quantity]=2"
    )
    answer = alice.client.post(f"{PATH}?api_secret={alice.secret}&{query}")
    assert answer.status_code == 201
    assert answer.json()["email_address"] == "a+b@x.com"
    assert answer.json()["total"] == 7.0


def test_kit_2_9_only_the_secret_and_only_their_own(alice: Kit, bob: Kit) -> None:
    number = buy(alice).data["id"]
    for method, path in (("GET", PATH), ("GET", f"{PATH}/{number}"), ("POST", PATH)):
        found = alice.call(method, path, auth="key")
        assert found.status_code == 401
        assert found.data["message"] == "You do not have sufficient permissions to access this resource"
    assert bob.get(PATH).data == {"total_purchases": 0, "page": 1, "total_pages": 1, "purchases": []}
    for who, other in ((bob, number), (alice, 999), (alice, 2**62)):
        found = who.get(f"{PATH}/{other}")
        assert (found.status_code, found.data) == (404, NOT_FOUND)
    assert buy(bob).data["id"] != number


def test_kit_1_6_pages_are_newest_first(alice: Kit) -> None:
    for number in range(51):
        buy(alice, transaction_id=str(number), transaction_time=f"2024-01-01 00:00:{number:02}")
    first = alice.get(PATH).data
    assert (first["total_purchases"], first["page"], first["total_pages"]) == (51, 1, 2)
    assert [each["transaction_id"] for each in first["purchases"]] == [str(n) for n in range(50, 0, -1)]
    assert [each["transaction_id"] for each in alice.get(PATH, page=2).data["purchases"]] == ["0"]
    beyond = alice.get(PATH, page=9).data
    assert (beyond["page"], beyond["purchases"]) == (9, [])


def test_kit_2_9_the_hook_body_is_the_bare_purchase(alice: Kit, bob: Kit) -> None:
    from postroom.doors.api_v3 import wire

    made = buy(alice).data
    bodies = wire.hook_purchase(alice.id, [made["id"], 999])
    assert {number: json.loads(body) for number, body in bodies.items()} == {made["id"]: made}
    assert wire.hook_purchase(bob.id, [made["id"]]) == {}
    assert set(json.loads(wire.hook_purchase_sample(alice.id))) == set(made)


def test_kit_2_7_a_purchase_fires_both_hooks_once(alice: Kit) -> None:
    from postroom.config.reactions import bind
    from postroom.events import services as events
    from postroom.purchases import queries
    from postroom.webhooks.models import HookDelivery

    buy(alice)
    disk = next(each["id"] for each in queries.list_products(alice.id) if each["name"] == "Disk")
    for event in ({"name": "purchase.purchase_create"}, {"name": "product_purchase", "product_id": disk}):
        body = {"target_url": "https://example.com/hook", "event": event}
        assert alice.post("/v3/automations/hooks", body).status_code == 200
    bind()
    events.fan_out()
    HookDelivery.objects.all().delete()
    made = buy(alice, transaction_id="2").data
    buy(alice, transaction_id="2")
    events.fan_out()
    bodies = [json.loads(each.body) for each in HookDelivery.objects.order_by("id")]
    assert made in bodies
    assert {tuple(sorted(body)) for body in bodies if body != made} == {("subscriber",)}
    assert len(bodies) == 2


def test_kit_2_9_an_erased_person_leaves_the_purchase_without_a_name(alice: Kit) -> None:
    from postroom.subscribers import services as subscribers
    from postroom.subscribers.rules import Cause

    number = buy(alice).data["id"]
    person = alice.get("/v3/subscribers").data["subscribers"][0]["id"]
    subscribers.erase(account_id=alice.id, subscriber_ids=[person], cause=Cause("test"))
    assert alice.get(f"{PATH}/{number}").data == {"id": number} | ANSWER | {"email_address": None}
