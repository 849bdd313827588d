"""`/v3/sequences` and `/v3/courses`; each test names the section of Kit's contract it follows."""

from __future__ import annotations

import re

import pytest

from tests.doors.api_v3.conftest import Kit
from tests.doors.api_v3.test_rules import NOT_FOUND

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
WORDS = ("sequences", "courses")


@pytest.fixture
def course(alice: Kit) -> int:
    from postroom.sequences import services as sequences

    return int(
        sequences.create(account_id=alice.id, name="Course", changes={"hold": True, "repeat": False}).pk
    )


def total(alice: Kit, path: str, **query: str) -> int:
    return int(alice.get(f"/v3/{path}/subscriptions", **query).data["total_subscriptions"])


@pytest.mark.parametrize("word", WORDS)
def test_kit_2_3_the_list_says_courses_under_both_names(alice: Kit, course: int, word: str) -> None:
    found = alice.get(f"/v3/{word}/", auth="key").data
    created = found["courses"][0].pop("created_at")
    assert TIME.fullmatch(created)
    assert found == {"courses": [{"id": course, "name": "Course", "hold": True, "repeat": False}]}


@pytest.mark.parametrize("word", WORDS)
def test_kit_2_3_subscribing_answers_by_the_key(alice: Kit, course: int, word: str) -> None:
    field = alice.post("/v3/custom_fields", {"label": "City"}).data["key"]
    body = {"email": "Ada@x.com", "first_name": "Ada", "fields": {field: 7, "unknown": "x"}}
    shown = alice.post(f"/v3/{word}/{course}/subscribe", body, auth="key").data["subscription"]
    person = shown["subscriber"]["id"]
    assert shown.pop("subscriber") == {"id": person}
    assert TIME.fullmatch(shown.pop("created_at"))
    assert shown == {
        "id": shown["id"], "state": "active", "source": "API::V3::SubscriptionsController (external)",
        "referrer": None, "subscribable_id": course, "subscribable_type": "course",
    }  # fmt: skip
    again = alice.post(f"/v3/{word}/{course}%3E/subscribe", {"email": "ada@x.com", "first_name": ""}).data
    assert again["subscription"]["id"] == shown["id"]
    whole = again["subscription"]["subscriber"]
    assert (whole["first_name"], whole["fields"], whole["state"]) == ("Ada", {"city": "7"}, "active")


@pytest.mark.parametrize("word", WORDS)
def test_kit_2_3_subscriptions_need_the_secret_and_page(alice: Kit, course: int, word: str) -> None:
    for name in ("b", "a"):
        alice.post(f"/v3/sequences/{course}/subscribe", {"email": f"{name}@x.com"})
    path = f"/v3/{word}/{course}/subscriptions"
    assert alice.get(path, auth="key").status_code == 401
    found = alice.get(path).data
    assert {key: found[key] for key in found if key != "subscriptions"} == {
        "total_subscriptions": 2, "page": 1, "total_pages": 1,
    }  # fmt: skip
    first = found["subscriptions"][0]
    assert (first["subscribable_type"], first["subscribable_id"]) == ("course", course)
    assert set(first["subscriber"]) == {"id", "first_name", "email_address", "state", "created_at", "fields"}
    order = [each["subscriber"]["email_address"] for each in found["subscriptions"]]
    assert order == ["b@x.com", "a@x.com"]
    turned = alice.get(path, sort_order="desc").data["subscriptions"]
    assert [each["subscriber"]["email_address"] for each in turned] == order[::-1]
    assert alice.get(path, sort_order="up").status_code == 422
    assert alice.get(path, page=2).data["subscriptions"] == []


def test_kit_1_4_an_unknown_sequence(alice: Kit, bob: Kit, course: int) -> None:
    body = {"email": "a@x.com"}
    for word in WORDS:
        for who, number in ((alice, 999), (bob, course)):
            found = who.post(f"/v3/{word}/{number}/subscribe", body)
            assert (found.status_code, found.data) == (404, {"error": "Course not found", "message": ""})
            assert who.get(f"/v3/{word}/{number}/subscriptions").data == NOT_FOUND
    assert alice.get("/v3/subscribers", email_address="a@x.com").data["total_subscribers"] == 0


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        ({}, "Missing parameter", "Subscriber email is required"),
        ({"email": "nope"}, "Error updating subscriber", "Email address is invalid"),
    ],
)
def test_kit_1_4_an_address_is_needed(alice: Kit, course: int, body: dict, error: str, message: str) -> None:
    found = alice.post(f"/v3/sequences/{course}/subscribe", body)
    assert (found.status_code, found.data) == (422, {"error": error, "message": message})


def test_kit_1_2_every_subscribe_call_takes_courses_forms_and_tags(
    alice: Kit, course: int, form: int
) -> None:
    from postroom.forms import services as forms

    forms.save(account_id=alice.id, form_id=form, changes={"auto_confirm": True})
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    whole = {"courses": f"{course},999", "forms": [str(form), 998], "tags": [tag, 997]}
    for number, path in enumerate((f"sequences/{course}", f"forms/{form}", f"tags/{tag}"), start=1):
        body = {"email": f"p{number}@x.com", "name": "Ada", **whole}
        made = alice.post(f"/v3/{path}/subscribe", body)
        assert made.status_code == 200
        assert made.data["subscription"]["subscribable_id"] == int(path.split("/")[1])
        assert made.data["subscription"]["subscriber"]["first_name"] == "Ada"
        assert total(alice, f"tags/{tag}") == number
        assert total(alice, f"courses/{course}") == number
        assert total(alice, f"forms/{form}") == number


def test_kit_1_2_a_call_that_fails_half_way_leaves_nothing(
    alice: Kit, course: int, form: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from postroom.doors.api_v3 import people

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(people._JOINS, "form", broken)
    body = {"email": "a@x.com", "forms": [form]}
    assert alice.post(f"/v3/sequences/{course}/subscribe", body).status_code == 500
    assert total(alice, f"sequences/{course}") == 0
    assert alice.get("/v3/subscribers", email_address="a@x.com").data["total_subscribers"] == 0


def test_kit_6_unsubscribing_ends_the_subscription_to_a_sequence(alice: Kit, course: int) -> None:
    alice.post(f"/v3/sequences/{course}/subscribe", {"email": "a@x.com"})
    alice.put("/v3/unsubscribe", {"email": "a@x.com"})
    assert total(alice, f"sequences/{course}") == 0
    assert total(alice, f"sequences/{course}", subscriber_state="cancelled") == 0
    again = alice.post(f"/v3/sequences/{course}/subscribe", {"email": "a@x.com"}).data["subscription"]
    assert (again["state"], again["subscriber"]["state"]) == ("active", "active")
