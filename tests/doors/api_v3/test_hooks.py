"""`/v3/automations/hooks`; each test names the section of Kit's contract it follows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.doors.api_v3.conftest import Kit
from tests.doors.api_v3.test_rules import NOT_FOUND

PATH = "/v3/automations/hooks"
URL = "https://example.com/hook?a=1&b=%20x"
EVENTS = [
    ("subscriber.subscriber_activate", {}, {}),
    ("subscriber.subscriber_unsubscribe", {}, {}),
    ("subscriber.subscriber_bounce", {}, {}),
    ("subscriber.subscriber_complain", {}, {}),
    ("subscriber.form_subscribe", {"form_id": 4}, {"form_id": 4}),
    ("subscriber.course_subscribe", {"course_id": "4"}, {"sequence_id": 4}),
    ("subscriber.course_subscribe", {"sequence_id": 4}, {"sequence_id": 4}),
    ("subscriber.course_complete", {"sequence_id": 4}, {"sequence_id": 4}),
    ("subscriber.link_click", {"initiator_value": "https://a.example/?x=1"}, {}),
    ("subscriber.product_purchase", {"product_id": 4}, {"product_id": 4}),
    ("subscriber.tag_add", {"tag_id": 4}, {"tag_id": 4}),
    ("subscriber.tag_remove", {"tag_id": "4"}, {"tag_id": 4}),
    ("purchase.purchase_create", {}, {}),
]


@pytest.mark.parametrize("prefixed", [True, False])
@pytest.mark.parametrize(("name", "sent", "shown"), EVENTS)
def test_kit_2_7_every_event_is_taken_and_loses_its_prefix(
    alice: Kit, name: str, sent: dict[str, Any], shown: dict[str, Any], prefixed: bool
) -> None:
    bare = name.split(".")[1]
    given = {"name": name if prefixed else bare, **sent}
    made = alice.post(PATH, {"target_url": URL, "event": given})
    assert made.status_code == 200
    rule = made.data["rule"]
    assert rule == {
        "id": rule["id"],
        "account_id": alice.id,
        "event": {"name": bare, "initiator_value": sent.get("initiator_value"), **shown},
        "target_url": URL,
        "status": "enabled",
    }
    assert alice.get(f"{PATH}/").data == [{"rule": rule}]


@pytest.mark.parametrize(
    "body",
    [
        {"event": {"name": "subscriber.subscriber_activate"}},
        {"target_url": URL},
        {"target_url": URL, "event": {}},
        {"target_url": URL, "event": {"name": "subscriber.born"}},
        {"target_url": URL, "event": {"name": "purchase.tag_add", "tag_id": 4}},
        {"target_url": URL, "event": {"name": "subscriber.tag_add"}},
        {"target_url": URL, "event": {"name": "subscriber.tag_add", "tag_id": "x"}},
        {"target_url": URL, "event": {"name": "subscriber.form_subscribe", "tag_id": 4}},
        {"target_url": URL, "event": {"name": "subscriber.course_subscribe", "form_id": 4}},
        {"target_url": URL, "event": {"name": "subscriber.link_click"}},
        {"target_url": URL, "event": {"name": "subscriber.product_purchase", "product_id": None}},
        {"target_url": "no url", "event": {"name": "subscriber.subscriber_activate"}},
    ],
)
def test_kit_2_7_an_unknown_event_or_a_missing_parameter_is_refused(alice: Kit, body: Any) -> None:
    refused = alice.post(PATH, body)
    assert refused.status_code == 422
    assert refused.data["message"]
    assert alice.get(PATH).data == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:8000/", "https://10.1.2.3/", "http://[::1]/",
        "http://169.254.169.254/latest/meta-data", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/",
    ],
)  # fmt: skip
def test_kit_4_private_targets_are_refused(alice: Kit, url: str) -> None:
    refused = alice.post(PATH, {"target_url": url, "event": {"name": "subscriber_activate"}})
    assert refused.status_code == 422
    assert "private network" in refused.data["message"]


def test_kit_2_7_deleting_answers_success_once(alice: Kit, bob: Kit) -> None:
    body = {"target_url": URL, "event": {"name": "subscriber.subscriber_activate"}}
    rule = alice.post(PATH, body).data["rule"]["id"]
    for other, number in ((bob, rule), (alice, rule + 1), (alice, 2**63)):
        missing = other.delete(f"{PATH}/{number}")
        assert (missing.status_code, missing.data) == (404, NOT_FOUND)
    assert alice.delete(f"{PATH}/{rule}").data == {"success": True}
    assert alice.delete(f"{PATH}/{rule}").data == NOT_FOUND


def test_kit_2_7_rules_need_the_secret(alice: Kit) -> None:
    for call in (
        alice.get(PATH, auth="key"),
        alice.post(PATH, {}, auth="key"),
        alice.delete(f"{PATH}/1", auth="key"),
    ):
        assert call.status_code == 401


def test_kit_1_2_a_rule_in_the_query_as_rails_reads_it(alice: Kit) -> None:
    query = {"target_url": "https://example.com/x", "event[name]": "subscriber.tag_add", "event[tag_id]": "7"}
    made = alice.call("POST", f"{PATH}/", **query)
    assert made.data["rule"]["event"] == {"name": "tag_add", "initiator_value": None, "tag_id": 7}
