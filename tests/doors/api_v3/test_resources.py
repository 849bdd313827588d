"""Kit's contract, part 2: each resource."""

from __future__ import annotations

import re

import pytest

from postroom.forms import services as forms
from postroom.lib import sql
from postroom.subscribers import services as people
from postroom.subscribers.rules import Cause
from tests.doors.api_v3.conftest import Kit
from tests.doors.api_v3.test_rules import NOT_FOUND

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def tag_of(alice: Kit, name: str = "VIP") -> int:
    return alice.post("/v3/tags", {"tag": {"name": name}}).data["id"]


def tagged(alice: Kit, tag: int, email: str) -> dict:
    return alice.post(f"/v3/tags/{tag}/subscribe", {"email": email}).data["subscription"]


def test_kit_2_1_account(alice: Kit) -> None:
    found = alice.get("/v3/account").data
    assert set(found) == {"name", "plan_type", "primary_email_address"}
    assert found["name"] == "Alice"


def test_kit_2_2_forms(alice: Kit, form: int) -> None:
    (found,) = alice.get("/v3/forms", auth="key").data["forms"]
    assert set(found) == {
        "id",
        "name",
        "created_at",
        "type",
        "format",
        "embed_js",
        "embed_url",
        "archived",
        "uid",
    }
    assert re.fullmatch(r"[0-9a-f]{10}", found["uid"])
    assert found["embed_js"].endswith(f"/{found['uid']}/index.js")
    assert TIME.fullmatch(found["created_at"])
    assert alice.get(f"/v3/forms/{form}", auth="key").data == found
    forms.archive(account_id=alice.id, form_id=form)
    assert alice.get("/v3/forms").data["forms"][0]["archived"] is True


def test_kit_2_2_subscribing_to_a_form(alice: Kit, form: int) -> None:
    tag, field = tag_of(alice), alice.post("/v3/custom_fields", {"label": "City"}).data
    body = {"email": "Ada@x.com", "name": "Ada", "fields": {"city": 7, "unknown": "x"}, "tags": [tag, 999]}
    found = alice.post(f"/v3/forms/{form}/subscribe", body).data["subscription"]
    assert found | {"id": 0, "created_at": "", "subscriber": {}} == {
        "id": 0, "state": "inactive", "created_at": "",
        "source": "API::V3::SubscriptionsController (external)",
        "referrer": None, "subscribable_id": form, "subscribable_type": "form", "subscriber": {},
    }  # fmt: skip
    assert TIME.fullmatch(found["created_at"])
    person = found["subscriber"]
    assert (person["first_name"], person["state"], person["fields"]) == (
        "Ada",
        "inactive",
        {field["key"]: "7"},
    )
    again = alice.post(f"/v3/forms/{form}/subscribe", {"email": "ADA@X.com", "first_name": "Countess"}).data
    assert again["subscription"]["id"] == found["id"]
    assert again["subscription"]["subscriber"]["first_name"] == "Countess"


def test_kit_2_2_an_auto_confirming_form_makes_active(alice: Kit, form: int) -> None:
    sql.execute("UPDATE form SET auto_confirm = true WHERE id = %s", [form])
    found = alice.post(f"/v3/forms/{form}/subscribe", {"email": "a@x.com"}).data["subscription"]
    assert (found["state"], found["subscriber"]["state"]) == ("active", "active")
    listed = alice.get(f"/v3/forms/{form}/subscriptions").data
    assert (listed["total_subscriptions"], listed["subscriptions"][0]["id"]) == (1, found["id"])


def test_kit_2_2_unsubscribing_ends_form_subscriptions_and_keeps_tags(alice: Kit, form: int) -> None:
    sql.execute("UPDATE form SET auto_confirm = true WHERE id = %s", [form])
    tag = tag_of(alice)
    alice.post(f"/v3/forms/{form}/subscribe", {"email": "a@x.com", "tags": [tag]})
    assert alice.put("/v3/unsubscribe", {"email": "A@x.com"}).data["subscriber"]["state"] == "cancelled"
    for state in ("active", "cancelled"):
        found = alice.get(f"/v3/forms/{form}/subscriptions", subscriber_state=state).data
        assert (found["total_subscriptions"], found["subscriptions"]) == (0, [])
    found = alice.get(f"/v3/tags/{tag}/subscriptions", subscriber_state="cancelled").data
    assert (found["total_subscriptions"], found["subscriptions"][0]["subscriber"]["state"]) == (
        1,
        "cancelled",
    )
    back = alice.post(f"/v3/forms/{form}/subscribe", {"email": "a@x.com"}).data["subscription"]
    assert back["subscriber"]["state"] == "active"


@pytest.mark.parametrize(
    ("body", "status", "error", "message"),
    [
        ({"email": "nonsense"}, 422, "Error updating subscriber", "Email address is invalid"),
        ({}, 422, "Missing parameter", "Subscriber email is required"),
        ({"email": ""}, 422, "Missing parameter", "Subscriber email is required"),
    ],
)
def test_kit_1_4_subscribing_without_a_good_address(
    alice: Kit, form: int, body: dict, status: int, error: str, message: str
) -> None:
    for path in (f"forms/{form}", f"tags/{tag_of(alice)}"):
        found = alice.post(f"/v3/{path}/subscribe", body)
        assert (found.status_code, found.data) == (status, {"error": error, "message": message})


def test_kit_1_4_unknown_things(alice: Kit) -> None:
    body = {"email": "a@x.com"}
    assert alice.post("/v3/forms/99/subscribe", body).data == NOT_FOUND
    assert alice.post("/v3/tags/99/subscribe", body).data == {"error": "Tag not found", "message": ""}
    assert alice.post("/v3/tags/99/unsubscribe", body).data == NOT_FOUND
    assert alice.get("/v3/subscribers/99").data == NOT_FOUND
    assert alice.put("/v3/subscribers/99", {}).data == NOT_FOUND
    assert alice.get("/v3/subscribers/99/tags").data == NOT_FOUND
    assert alice.delete("/v3/subscribers/99/tags/99").data == NOT_FOUND
    assert alice.get("/v3/tags/99/subscriptions").data == NOT_FOUND
    assert alice.get("/v3/custom_fields/99").data == NOT_FOUND
    assert alice.put("/v3/custom_fields/99", {"label": "x"}).data == NOT_FOUND


def test_kit_2_4_creating_tags(alice: Kit) -> None:
    one = alice.post("/v3/tags", {"tag": {"name": "One"}}, auth="key")
    assert one.status_code == 201
    assert set(one.data) == {"account_id", "created_at", "deleted_at", "id", "name", "state", "updated_at"}
    assert (one.data["deleted_at"], one.data["state"]) == (None, "available")
    assert alice.post("/v3/tags", {"tag": [{"name": "Two"}]}).data["name"] == "Two"
    several = alice.post("/v3/tags", {"tag": [{"name": "Four"}, {"name": "Three"}]}).data
    assert [tag["name"] for tag in several] == ["Four", "Three"]
    for bad in ({"tag": {"name": " "}}, {"tag": [{"name": "New"}, {"name": "ONE"}]}, {"tag": []}, {}):
        assert alice.post("/v3/tags", bad).status_code == 422
    assert [tag["name"] for tag in alice.get("/v3/tags").data["tags"]] == ["One", "Two", "Four", "Three"]
    assert set(alice.get("/v3/tags").data["tags"][0]) == {"id", "name", "created_at"}


def test_kit_6_tags_beyond_the_first_page_are_the_empty_rest(alice: Kit) -> None:
    tag_of(alice)
    assert len(alice.get("/v3/tags", page=1, limit=50).data["tags"]) == 1
    assert alice.get("/v3/tags", page=2, limit=50).data["tags"] == []


def test_kit_2_4_subscribing_to_a_tag_lists_at_once(alice: Kit) -> None:
    tag = tag_of(alice)
    found = tagged(alice, tag, "a@x.com")
    assert (found["state"], found["subscribable_type"], found["subscribable_id"]) == ("active", "tag", tag)
    listed = alice.get(f"/v3/tags/{tag}/subscriptions").data
    assert (listed["total_subscriptions"], listed["page"], listed["total_pages"]) == (1, 1, 1)
    assert listed["subscriptions"] == [found]
    assert tagged(alice, tag, "a@x.com")["id"] == found["id"]


def test_kit_2_4_unsubscribing_from_a_tag_answers_the_tag_whatever_the_address(alice: Kit) -> None:
    tag = tag_of(alice)
    tagged(alice, tag, "a@x.com")
    for email in ("a@x.com", "a@x.com", "unknown@x.com", "nonsense"):
        found = alice.post(f"/v3/tags/{tag}/unsubscribe", {"email": email})
        assert (found.status_code, set(found.data)) == (200, {"id", "name", "created_at"})
    assert alice.get(f"/v3/tags/{tag}/subscriptions").data["total_subscriptions"] == 0
    assert alice.post(f"/v3/tags/{tag}/unsubscribe").data["message"] == "Subscriber email is required"


def test_kit_2_4_deleting_a_tag_that_is_not_set_is_no_error(alice: Kit) -> None:
    tag, other = tag_of(alice), tag_of(alice, "Other")
    person = tagged(alice, tag, "a@x.com")["subscriber"]["id"]
    for wanted in (tag, tag, other):
        found = alice.delete(f"/v3/subscribers/{person}/tags/{wanted}")
        assert (found.status_code, found.data["id"]) == (200, wanted)
    assert alice.get(f"/v3/subscribers/{person}/tags", auth="key").data == {"tags": []}
    assert alice.delete(f"/v3/subscribers/{person}/tags/999").status_code == 404


def test_kit_2_5_the_list_shows_active_people_and_finds_anybody_by_address(alice: Kit) -> None:
    tag = tag_of(alice)
    for n in range(3):
        tagged(alice, tag, f"p{n}@x.com")
    alice.put("/v3/unsubscribe", {"email": "p1@x.com"})
    found = alice.get("/v3/subscribers").data
    assert [p["email_address"] for p in found["subscribers"]] == ["p0@x.com", "p2@x.com"]
    assert (found["total_subscribers"], found["page"], found["total_pages"]) == (2, 1, 1)
    found = alice.get("/v3/subscribers", sort_order="desc").data
    assert [p["email_address"] for p in found["subscribers"]] == ["p2@x.com", "p0@x.com"]
    found = alice.get("/v3/subscribers", email_address="P1@X.com").data
    assert (found["total_subscribers"], found["subscribers"][0]["state"]) == (1, "cancelled")
    found = alice.get("/v3/subscribers", sort_field="cancelled_at").data
    assert [p["email_address"] for p in found["subscribers"]] == ["p1@x.com"]
    for email in ("nobody@x.com", "nonsense"):
        assert alice.get("/v3/subscribers", email_address=email).data["total_subscribers"] == 0


def test_kit_2_5_days_are_inclusive_and_times_are_taken(alice: Kit) -> None:
    tag = tag_of(alice)
    for n, at in enumerate(("2026-02-01T00:00:00Z", "2026-02-01T23:59:59.9Z", "2026-02-02T00:00:00Z")):
        person = tagged(alice, tag, f"p{n}@x.com")["subscriber"]["id"]
        sql.execute("UPDATE subscriber SET created_at = %s, updated_at = %s WHERE id = %s", [at, at, person])

    def count(**query: str) -> int:
        return alice.get("/v3/subscribers", **query).data["total_subscribers"]

    assert count(**{"from": "2026-02-01", "to": "2026-02-01"}) == 2
    assert count(**{"from": "2026-02-02"}) == 1
    assert count(**{"to": "2026-01-31"}) == 0
    assert count(updated_from="2026-02-01T10:00:00Z") == 2
    assert count(updated_from="2026-02-01T00:00:00Z", updated_to="2026-02-01T00:00:00Z") == 1
    assert count(updated_to="2026-02-01") == 2
    assert alice.get("/v3/subscribers", **{"from": "yesterday"}).status_code == 422


def test_kit_1_6_paging(alice: Kit) -> None:
    for n in range(51):
        people.subscribe(account_id=alice.id, email=f"p{n:02}@x.com", cause=Cause("api"))
    first = alice.get("/v3/subscribers").data
    assert (len(first["subscribers"]), first["total_pages"], first["total_subscribers"]) == (50, 2, 51)
    assert [p["email_address"] for p in alice.get("/v3/subscribers", page=2).data["subscribers"]] == [
        "p50@x.com"
    ]
    past = alice.get("/v3/subscribers", page=9)
    assert (past.status_code, past.data["subscribers"], past.data["page"]) == (200, [], 9)
    assert alice.get("/v3/subscribers", page="x").data["page"] == 1
    assert alice.get("/v3/subscribers", sort_order="sideways").status_code == 422


def test_kit_1_6_an_empty_list_has_one_page(alice: Kit) -> None:
    assert alice.get("/v3/subscribers").data == {
        "total_subscribers": 0, "page": 1, "total_pages": 1, "subscribers": [],
    }  # fmt: skip


def test_kit_1_5_a_subscriber_has_every_field_of_the_account(alice: Kit) -> None:
    alice.post("/v3/custom_fields", {"label": ["City", "Age"]})
    tagged(alice, tag_of(alice), "a@x.com")
    (found,) = alice.get("/v3/subscribers").data["subscribers"]
    assert set(found) == {"id", "first_name", "email_address", "state", "created_at", "fields"}
    assert (found["fields"], found["first_name"]) == ({"city": None, "age": None}, None)
    assert TIME.fullmatch(found["created_at"])
    assert alice.get(f"/v3/subscribers/{found['id']}").data == {"subscriber": found}


def test_kit_2_5_updating_changes_what_is_given(alice: Kit) -> None:
    alice.post("/v3/custom_fields", {"label": "City"})
    person = tagged(alice, tag_of(alice), "a@x.com")["subscriber"]["id"]
    path = f"/v3/subscribers/{person}"
    found = alice.put(path, {"first_name": "Ada", "fields": {"city": "Porto", "unknown": "x"}})
    assert (found.status_code, found.data["subscriber"]["fields"]) == (200, {"city": "Porto"})
    found = alice.put(path, {"email_address": "b@x.com"}).data["subscriber"]
    assert (found["email_address"], found["first_name"], found["fields"]) == (
        "b@x.com",
        "Ada",
        {"city": "Porto"},
    )
    assert alice.put(path, {}).data["subscriber"] == found
    assert alice.put(path, {"fields": {"city": ""}}).data["subscriber"]["fields"] == {"city": None}
    tagged(alice, tag_of(alice, "T"), "taken@x.com")
    assert alice.put(path, {"email_address": "TAKEN@x.com"}).status_code == 422
    assert alice.put(path, {"email_address": "nonsense"}).status_code == 422


def test_kit_2_5_many_fields_answer_202_and_too_many_400(alice: Kit) -> None:
    person = tagged(alice, tag_of(alice), "a@x.com")["subscriber"]["id"]
    for count, status in ((10, 200), (11, 202), (140, 202), (141, 400)):
        fields = {f"f{n}": "x" for n in range(count)}
        assert alice.put(f"/v3/subscribers/{person}", {"fields": fields}).status_code == status


def test_kit_2_5_unsubscribing(alice: Kit) -> None:
    tagged(alice, tag_of(alice), "a@x.com")
    for _ in range(2):
        found = alice.put("/v3/unsubscribe", {"email": "a@x.com"})
        assert (found.status_code, found.data["subscriber"]["state"]) == (200, "cancelled")
    for email in ("nobody@x.com", "nonsense"):
        assert alice.put("/v3/unsubscribe", {"email": email}).data == NOT_FOUND


def test_kit_2_8_custom_fields(alice: Kit) -> None:
    made = alice.post("/v3/custom_fields", {"label": " Last Name "})
    field = made.data
    assert (made.status_code, field["label"], field["key"]) == (201, "Last Name", "last_name")
    assert field["name"] == f"ck_field_{field['id']}_last_name"
    assert alice.post("/v3/custom_fields", {"label": ["One"]}).data["label"] == "One"
    assert [f["label"] for f in alice.post("/v3/custom_fields", {"label": ["Two", "Three"]}).data] == [
        "Two",
        "Three",
    ]
    for bad in ({"label": ""}, {}, {"label": "last name"}, {"label": ["New", "One"]}):
        assert alice.post("/v3/custom_fields", bad).status_code == 422
    assert alice.post("/v3/custom_fields", {"label": "x"}, auth="key").status_code == 401
    listed = alice.get("/v3/custom_fields", auth="key").data["custom_fields"]
    assert [set(f) for f in listed] == [{"id", "name", "key", "label"}] * 4
    assert alice.get(f"/v3/custom_fields/{field['id']}").data == listed[0]
    assert alice.put(f"/v3/custom_fields/{field['id']}", {"label": "Surname"}).status_code == 204
    renamed = alice.get(f"/v3/custom_fields/{field['id']}").data
    assert (renamed["key"], renamed["name"]) == ("surname", field["name"])
    assert alice.delete(f"/v3/custom_fields/{field['id']}").status_code == 204
    too_many = alice.post("/v3/custom_fields", {"label": [f"f{n}" for n in range(138)]})
    assert too_many.status_code == 400


def test_kit_3_1_there_are_no_old_short_codes(alice: Kit) -> None:
    assert alice.get("/v3/subscription_forms", auth="key").data == []
