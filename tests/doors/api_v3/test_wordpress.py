"""`/wordpress`; each test names the section of Kit's contract it follows."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.doors.api_v3.conftest import Kit

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
READER = "ann@example.com"
AUTH = "/wordpress/subscriber_authentication"


def ask(kit: Kit, method: str, path: str, body: Any = None, **keys: str) -> Any:
    """As the plug-in calls: key and secret together."""
    query = {"api_key": kit.key, "api_secret": kit.secret} | keys
    answer = kit.client.generic(
        method,
        path,
        json.dumps(body or {}),
        content_type="application/json",
        QUERY_STRING="&".join(f"{name}={value}" for name, value in query.items() if value),
    )
    answer.data = json.loads(answer.content)
    return answer


def letter(kit: Kit, subject: str, **columns: Any) -> int:
    from postroom.broadcasts import services as broadcasts
    from postroom.broadcasts.models import Broadcast
    from postroom.lib.clock import now

    made = broadcasts.create(account_id=kit.id, subject=subject)
    given = {
        "public": True,
        "state": "completed",
        "started_at": now(),
        "body": {"html": "<p>Hello {{ x }}</p>"},
    }
    Broadcast.objects.filter(id=made.pk).update(**given | columns)
    return int(made.pk)


def subscribe(kit: Kit, email: str = READER, state: str = "active") -> int:
    from postroom.subscribers import services as people
    from postroom.subscribers.rules import Cause

    return people.subscribe(account_id=kit.id, email=email, new_state=state, cause=Cause("test")).id


def mailed(kit: Kit) -> str:
    """The text of the last mail of the account."""
    from postroom.content import services as content
    from postroom.content.models import ContentVersion
    from postroom.lib.signing import Keyring
    from postroom.settings import load

    kept = ContentVersion.objects.filter(account_id=kit.id, kind="raw").latest("id")
    return str(content.open_raw(kept.body, Keyring(load().secret_keys()))["text"])


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limiter as it is; the other tests of this door do without."""
    monkeypatch.undo()


def test_kit_3_2_posts_are_public_broadcasts_newest_first(alice: Kit, bob: Kit) -> None:
    from postroom.lib.clock import now

    old = letter(alice, "Old", published_at=now() - timedelta(days=2), description="Words")
    new = letter(alice, "New")
    letter(alice, "Draft", state="draft", published_at=now() - timedelta(days=1))
    letter(alice, "Private", public=False)
    letter(alice, "Later", published_at=now() + timedelta(days=1))
    letter(bob, "Bob's")
    found = ask(alice, "GET", "/wordpress/posts").data
    assert [post["id"] for post in found["posts"]] == [new, old]
    assert {name: found[name] for name in found if name != "posts"} == {
        "total_posts": 2, "page": 1, "total_pages": 1,
    }  # fmt: skip
    shown = found["posts"][1]
    assert TIME.fullmatch(shown.pop("published_at"))
    assert shown == {
        "id": old, "title": "Old", "url": None, "description": "Words", "thumbnail_url": None,
        "thumbnail_alt": None, "is_paid": None,
    }  # fmt: skip
    second = ask(alice, "GET", "/wordpress/posts", page="2", per_page="1").data
    assert ([post["id"] for post in second["posts"]], second["total_pages"]) == ([old], 2)
    assert ask(alice, "GET", "/wordpress/posts", page="9").data["posts"] == []
    assert ask(alice, "GET", "/wordpress/posts", per_page="900").status_code == 200


def test_kit_3_2_a_post_carries_its_content_for_nobody_in_particular(alice: Kit, bob: Kit) -> None:
    number = letter(alice, "Open", body={"html": '<p>Hi {{ subscriber.first_name | default: "you" }}</p>'})
    post = ask(alice, "GET", f"/wordpress/posts/{number}/").data["post"]
    assert "Hi you" in post["content"]
    assert "nsubscribe" not in post["content"]
    assert "<body" not in post["content"]
    assert set(post) == {
        "id", "title", "description", "published_at", "is_paid", "thumbnail_alt", "thumbnail_url", "url",
        "product_id", "content",
    }  # fmt: skip
    for kit, other in ((alice, 999), (bob, number), (alice, 2**62)):
        found = ask(kit, "GET", f"/wordpress/posts/{other}")
        assert (found.status_code, found.data) == (404, {"message": "Post not found"})


def test_kit_3_2_the_code_is_mailed_and_gives_a_signed_id(alice: Kit, bob: Kit, limited: None) -> None:
    person = subscribe(alice)
    given = {"email_address": "ANN@example.com", "redirect_url": "https://site.example/in?a=1"}
    token = ask(alice, "POST", f"{AUTH}/send_code", given).data["token"]
    text = mailed(alice)
    code = re.search(r"^ {4}(\d{6})$", text, re.M)[1]  # type: ignore[index]
    assert f"https://site.example/in?a=1&token={token}&subscriber_code={code}" in text
    assert code not in token
    wrong = ask(alice, "POST", f"{AUTH}/verify", {"token": token, "subscriber_code": "x"})
    assert (wrong.status_code, wrong.data["error"]) == (422, "invalid")
    theirs = ask(bob, "POST", f"{AUTH}/verify", {"token": token, "subscriber_code": code})
    assert theirs.status_code == 422
    right = ask(alice, "POST", f"{AUTH}/verify", {"token": token, "subscriber_code": code})
    signed = right.data["subscriber_id"]
    again = ask(alice, "POST", f"{AUTH}/verify", {"token": token, "subscriber_code": code})
    assert again.status_code == 422, "a code works once"
    assert ask(alice, "GET", f"/wordpress/profile/{signed}").data == {"id": person, "products": []}
    for kit, other in ((bob, signed), (alice, "x"), (alice, signed[:-1] + "~"), (alice, "B" + signed[1:])):
        found = ask(kit, "GET", f"/wordpress/profile/{other}")
        assert (found.status_code, found.data) == (404, {"message": "Subscriber not found"})


def test_kit_3_2_who_is_not_subscribed_gets_no_code(alice: Kit) -> None:
    subscribe(alice, "new@example.com", "inactive")
    for address in ("nobody", "", "unknown@example.com", "new@example.com"):
        found = ask(alice, "POST", f"{AUTH}/send_code", {"email_address": address})
        assert found.status_code == 422
        assert found.data == {"error": "invalid", "message": "Email address is invalid"}


def test_kit_3_2_five_tries_and_five_mails(alice: Kit, limited: None) -> None:
    subscribe(alice)
    token = ask(alice, "POST", f"{AUTH}/send_code", {"email_address": READER}).data["token"]
    code = re.search(r"^ {4}(\d{6})$", mailed(alice), re.M)[1]  # type: ignore[index]
    for _ in range(5):
        assert (
            ask(alice, "POST", f"{AUTH}/verify", {"token": token, "subscriber_code": "0"}).status_code == 422
        )
    late = ask(alice, "POST", f"{AUTH}/verify", {"token": token, "subscriber_code": code})
    assert late.status_code == 422, "the sixth try is too many"
    for _ in range(4):
        assert ask(alice, "POST", f"{AUTH}/send_code", {"email_address": READER}).status_code == 200
    refused = ask(alice, "POST", f"{AUTH}/send_code", {"email_address": READER})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_kit_3_2_codes_and_signed_ids_run_out(alice: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    from postroom.forms.services import codes
    from postroom.lib import clock

    person, real = subscribe(alice), clock.now
    token = codes.send_code(account_id=alice.id, email=READER, redirect_url="javascript:alert(1)")
    assert "javascript" not in mailed(alice)
    code = re.search(r"^ {4}(\d{6})$", mailed(alice), re.M)[1]  # type: ignore[index]
    signed = codes.sign_member(account_id=alice.id, subscriber_id=person)
    monkeypatch.setattr(codes.clock, "now", lambda: real() + timedelta(minutes=16))
    assert ask(alice, "POST", f"{AUTH}/verify", {"token": token, "subscriber_code": code}).status_code == 422
    monkeypatch.setattr(codes.clock, "now", lambda: real() + timedelta(days=89))
    assert codes.read_member(account_id=alice.id, signed=signed) == person
    monkeypatch.setattr(codes.clock, "now", lambda: real() + timedelta(days=91))
    assert codes.read_member(account_id=alice.id, signed=signed) is None


def test_kit_3_2_products_and_what_a_reader_bought(alice: Kit, bob: Kit) -> None:
    from postroom.forms.services import codes
    from tests.doors.api_v3.test_purchases import buy

    buy(alice)
    products = ask(alice, "GET", "/wordpress/products").data["products"]
    assert [each["name"] for each in products] == ["Cord", "Disk"]
    assert {name: products[0][name] for name in ("url", "published")} == {"url": None, "published": True}
    person = alice.get("/v3/subscribers").data["subscribers"][0]["id"]
    signed = codes.sign_member(account_id=alice.id, subscriber_id=person)
    bought = ask(alice, "GET", f"/wordpress/profile/{signed}").data["products"]
    assert bought == sorted(each["id"] for each in products)
    assert all(type(each) is int for each in bought)
    buy(alice, status="refunded")
    assert ask(alice, "GET", f"/wordpress/profile/{signed}").data["products"] == []
    assert ask(bob, "GET", "/wordpress/products").data == {"products": []}


def test_kit_3_2_no_recommendations_and_no_oauth(alice: Kit) -> None:
    assert ask(alice, "GET", "/wordpress/recommendations_script").data == {"enabled": False, "embed_js": None}
    path = "/wordpress/accounts/oauth_access_token"
    assert ask(alice, "POST", path).data["error"] == "Not available"


def test_kit_3_2_key_and_secret_belong_together(alice: Kit, bob: Kit) -> None:
    for path in ("posts", "products", "profile/x", "recommendations_script"):
        full = f"/wordpress/{path}"
        assert ask(alice, "GET", full, api_secret="").status_code == 401
        assert ask(alice, "GET", full, api_secret="wrong").status_code == 401
        assert ask(alice, "GET", full, api_key=bob.key).status_code == 401
        assert ask(alice, "GET", full, api_key="", api_secret="").data["error"] == "Authorization Failed"
    assert ask(alice, "GET", "/wordpress/nothing").data["error"] == "Not Found"
