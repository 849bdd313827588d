"""Kit's contract, part 1: what all endpoints have in common."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from postroom.accounts import services as accounts
from postroom.accounts.services import limiter
from postroom.doors.api_v3.params import Params, parse_pairs
from postroom.lib import sql
from tests.doors.api_v3.conftest import Kit

NOT_FOUND = {"error": "Not Found", "message": "The entity you were trying to find doesn't exist"}


@pytest.mark.parametrize(
    "path", ["/v3/tags", "/v3/tags/", "/v3//tags", "/v3/tags//", "/api/v3/tags", "/api/v3//tags/"]
)
def test_kit_1_1_slashes_are_forgiven(alice: Kit, path: str) -> None:
    assert alice.get(path).status_code == 200


def test_kit_1_1_ids_are_read_by_their_leading_integer(alice: Kit) -> None:
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    assert alice.post(f"/v3/tags/{tag}%3E/unsubscribe", {"email": "a@x.com"}).data["id"] == tag
    assert alice.post(f"/v3/tags//{tag}/subscribe", {"email": "a@x.com"}).status_code == 200
    for bad in ("abc", "0", "9" * 30, "9223372036854775808", "-1"):
        assert alice.get(f"/v3/tags/{bad}/subscriptions").data == NOT_FOUND


@pytest.mark.parametrize("path", ["/v3/", "/v3/nothing", "/v3/tags/1/2/3", "/api/v3/x"])
def test_kit_1_1_an_unknown_path_is_not_found(alice: Kit, path: str) -> None:
    found = alice.get(path)
    assert (found.status_code, found.data) == (404, NOT_FOUND)


def test_kit_1_2_parameters_come_from_query_form_and_json_the_later_wins(alice: Kit) -> None:
    client = Client()
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    path, keys = f"/v3/tags/{tag}/subscribe", f"api_secret={alice.secret}"
    sent = [
        client.generic("POST", f"{path}?{keys}&email=q@x.com", content_type="application/vnd.api+json"),
        client.post(f"{path}?{keys}", "email=f@x.com", content_type="application/x-www-form-urlencoded"),
        client.post(f"{path}?email=q@x.com", json.dumps({"api_secret": alice.secret, "email": "j@x.com"}),
                    content_type="text/plain"),
        client.post(f"{path}?{keys}", {"email": "m@x.com"}),
    ]  # fmt: skip
    found = [each.json()["subscription"]["subscriber"]["email_address"] for each in sent]
    assert found == ["q@x.com", "f@x.com", "j@x.com", "m@x.com"]


def test_kit_1_2_a_broken_or_endless_multipart_body_is_a_400(alice: Kit) -> None:
    path = f"/v3/tags?api_key={alice.key}"
    kind = "multipart/form-data; boundary=x"
    field = '--x\r\nContent-Disposition: form-data; name="f{}"\r\n\r\n1\r\n'
    endless = "".join(field.format(n) for n in range(1001)) + "--x--\r\n"
    for body, content_type in (("garbage", "multipart/form-data"), ("garbage", kind), (endless, kind)):
        answer = Client().generic("POST", path, body, content_type=content_type)
        assert answer.status_code in (400, 422), body[:20]
        assert set(answer.json()) == {"error", "message"}


def test_kit_1_2_rails_brackets() -> None:
    pairs = [("fields[last_name]", "x"), ("tags[]", "1"), ("tags[]", "2"), ("tag[][name]", "a"),
             ("tag[][name]", "b"), ("event[name]", "e"), ("bare", None)]  # fmt: skip
    assert parse_pairs(pairs) == {
        "fields": {"last_name": "x"},
        "tags": ["1", "2"],
        "tag": [{"name": "a"}, {"name": "b"}],
        "event": {"name": "e"},
        "bare": None,
    }
    assert Params({"tags": "1, 2,x"}).ids("tags") == [1, 2]
    assert Params({"tags": [1, "2", None, {}]}).ids("tags") == [1, 2]


def test_kit_1_2_a_bare_key_is_null_and_blank_names_do_not_blank(alice: Kit) -> None:
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    alice.post(f"/v3/tags/{tag}/subscribe", {"email": "a@x.com", "first_name": "Ada"})
    alice.post(f"/v3/tags/{tag}/subscribe", {"email": "a@x.com", "first_name": "", "fields": None})
    url = f"/v3/tags/{tag}/subscribe?api_secret={alice.secret}&email=a@x.com&first_name&fields&tags"
    found = Client().post(url, "", content_type="application/json").json()
    assert found["subscription"]["subscriber"]["first_name"] == "Ada"


def test_kit_1_2_a_plus_in_an_address_survives(alice: Kit) -> None:
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    alice.post(f"/v3/tags/{tag}/subscribe", {"email": "a+b@x.com"})
    assert alice.get("/v3/subscribers", email_address="a+b@x.com").data["total_subscribers"] == 1


def test_kit_1_2_json_on_delete_and_ids_as_text(alice: Kit) -> None:
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    made = alice.post(f"/v3/tags/{tag}/subscribe", {"email": "a@x.com", "tags": [str(tag)]}).data[
        "subscription"
    ]
    path = f"/v3/subscribers/{made['subscriber']['id']}/tags/{tag}"
    assert alice.delete(path, {"api_secret": alice.secret}, auth="none").status_code == 200


@pytest.mark.parametrize(
    "body", [b'{"a":', b'{"email": "\xff"}', b'{"email":"\\ud800@x.com"}', b"[", b"nonsense"]
)
def test_kit_1_4_malformed_json_is_400(alice: Kit, body: bytes) -> None:
    found = Client().post(f"/v3/tags?api_key={alice.key}", body, content_type="application/json")
    assert (found.status_code, set(found.json())) == (400, {"error", "message"})


def test_kit_1_4_text_that_the_database_cannot_hold_is_cleaned(alice: Kit) -> None:
    made = alice.post("/v3/tags", {"tag": {"name": "V\x00IP"}})
    assert made.data["name"] == "VIP"


def test_kit_1_3_keys(alice: Kit) -> None:
    def said(**query: str) -> tuple[int, str]:
        found = Client().get("/v3/account", query)
        return found.status_code, found.json().get("message", "")

    assert said() == (401, "API Key not present")
    assert said(api_key="wrong") == (401, "API Key not valid")
    assert said(api_secret="wrong") == (401, "API Key not valid")
    assert said(api_key=alice.key) == (401, "You do not have sufficient permissions to access this resource")
    assert said(api_key=alice.key, api_secret=alice.secret)[0] == 200


OPEN_TO_THE_KEY = ["forms", "tags", "custom_fields", "subscription_forms"]
SECRET_ONLY = ["account", "subscribers", "forms/1/subscriptions", "tags/1/subscriptions", "subscribers/1"]


@pytest.mark.parametrize("path", OPEN_TO_THE_KEY)
def test_kit_1_3_the_public_key_suffices(alice: Kit, path: str) -> None:
    assert alice.get(f"/v3/{path}", auth="key").status_code == 200


@pytest.mark.parametrize("path", SECRET_ONLY)
def test_kit_1_3_only_the_secret_opens(alice: Kit, path: str) -> None:
    assert alice.get(f"/v3/{path}", auth="key").status_code == 401


def test_kit_1_3_the_public_key_learns_the_id_only(alice: Kit, form: int) -> None:
    for path in (f"/v3/forms/{form}/subscribe",):
        public = alice.post(path, {"email": "a@x.com"}, auth="key").data["subscription"]["subscriber"]
        full = alice.post(path, {"email": "a@x.com"}).data["subscription"]["subscriber"]
        assert set(public) == {"id"}
        assert set(full) == {"id", "first_name", "email_address", "state", "created_at", "fields"}


def test_kit_1_7_beyond_the_limit_is_429(alice: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "hit", lambda **_: limiter.Allowed(False, 7))
    found = alice.get("/v3/tags")
    assert (found.status_code, found.headers["Retry-After"]) == (429, "7")


def test_the_database_away_is_503(alice: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("postroom.doors.api_v3.account.answer", away)
    found = alice.get("/v3/account")
    assert (found.status_code, "Retry-After" in found.headers) == (503, True)


def test_another_accounts_things_are_not_found_and_nothing_changes(alice: Kit, bob: Kit, form: int) -> None:
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    field = alice.post("/v3/custom_fields", {"label": "City"}).data["id"]
    ada = alice.post(f"/v3/tags/{tag}/subscribe", {"email": "a@x.com"}).data["subscription"]["subscriber"][
        "id"
    ]
    before = sql.rows("SELECT id, state, first_name, updated_at FROM subscriber")
    calls = [
        ("GET", f"forms/{form}"), ("POST", f"forms/{form}/subscribe"), ("GET", f"forms/{form}/subscriptions"),
        ("POST", f"tags/{tag}/subscribe"), ("POST", f"tags/{tag}/unsubscribe"),
        ("GET", f"tags/{tag}/subscriptions"),
        ("GET", f"subscribers/{ada}"), ("PUT", f"subscribers/{ada}"), ("GET", f"subscribers/{ada}/tags"),
        ("DELETE", f"subscribers/{ada}/tags/{tag}"), ("PUT", "unsubscribe"),
        ("GET", f"custom_fields/{field}"),
        ("PUT", f"custom_fields/{field}"), ("DELETE", f"custom_fields/{field}"),
    ]  # fmt: skip
    for method, path in calls:
        body = {"email": "a@x.com", "first_name": "Eve", "label": "Stolen"}
        found = bob.call(method, f"/v3/{path}", body)
        assert found.status_code == 404, (method, path)
    assert sql.rows("SELECT id, state, first_name, updated_at FROM subscriber") == before
    assert bob.get("/v3/subscribers", email_address="a@x.com").data["total_subscribers"] == 0
    assert accounts.by_api_key(bob.key) is not None


def test_several_forms_at_once_are_joined_all_or_none(
    alice: Kit, form: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from postroom.forms import services as forms

    other = forms.create(account_id=alice.id, name="Other").pk
    join = forms.subscribe

    def break_at_the_other(**call: Any) -> Any:
        if call["form_id"] == other:
            raise OperationalError("gone")
        return join(**call)

    monkeypatch.setattr(forms, "subscribe", break_at_the_other)
    body = {"email": "a@x.com", "forms": [other]}
    assert alice.post(f"/v3/forms/{form}/subscribe", body).status_code == 503
    assert alice.get("/v3/subscribers").data["total_subscribers"] == 0
    monkeypatch.undo()
    assert alice.post(f"/v3/forms/{form}/subscribe", body).status_code == 200
    for each in (form, other):
        found = alice.get(f"/v3/forms/{each}/subscriptions", subscriber_state="inactive").data
        assert found["total_subscriptions"] == 1


def test_kit_6_5_the_secret_brings_back_who_left_the_public_key_does_not(alice: Kit) -> None:
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    alice.post(f"/v3/tags/{tag}/subscribe", {"email": "a@x.com"})
    alice.put("/v3/unsubscribe", {"email": "a@x.com"})
    for auth, state in (("key", "cancelled"), ("secret", "active")):
        again = alice.call("POST", f"/v3/tags/{tag}/subscribe", {"email": "a@x.com"}, auth=auth)
        assert again.status_code == 200
        person = again.data["subscription"]["subscriber"]["id"]
        assert alice.get(f"/v3/subscribers/{person}").data["subscriber"]["state"] == state
    fresh = alice.call("POST", f"/v3/tags/{tag}/subscribe", {"email": "new@x.com"}, auth="key")
    person = fresh.data["subscription"]["subscriber"]["id"]
    assert alice.get(f"/v3/subscribers/{person}").data["subscriber"]["state"] == "active"


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("tag[0][name]=a&tag[1][name]=b", {"tag": [{"name": "a"}, {"name": "b"}]}),
        ("tag[10][name]=b&tag[9][name]=a", {"tag": [{"name": "a"}, {"name": "b"}]}),
        ("tag[name]=a", {"tag": {"name": "a"}}),
        ("fields[1]=a", {"fields": {"1": "a"}}),
    ],
)
def test_brackets_with_numbers_are_a_list_of_objects(query: str, values: dict[str, Any]) -> None:
    pairs = [tuple(part.split("=")) for part in query.split("&")]
    assert parse_pairs(pairs) == values


def test_tags_are_made_from_what_php_sends(alice: Kit) -> None:
    body = f"api_secret={alice.secret}&tag%5B0%5D%5Bname%5D=One&tag%5B1%5D%5Bname%5D=Two"
    made = Client().post("/v3/tags", body, content_type="application/x-www-form-urlencoded")
    assert [tag["name"] for tag in made.json()] == ["One", "Two"]
