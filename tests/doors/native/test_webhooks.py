"""`/api/1/webhooks` as the screens use it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.door import Person

URL = "https://example.com/hook"


def made(who: Person, event: str = "subscriber_activate", **more: Any) -> dict[str, Any]:
    answer = who.post("webhooks", {"event": event, "target_url": URL, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.django_db
def test_a_webhook_from_nothing_to_deleted(alice: Person) -> None:
    assert alice.get("webhooks").json()["items"] == []
    tag = alice.post("tags", {"name": "News"}).json()["id"]
    hook = made(alice, "tag_add", param_id=tag, signed=True)
    assert hook.pop("secret").startswith("whsec_")
    assert (hook["param_name"], hook["signed"], hook["status"]) == ("News", True, "enabled")
    assert alice.get("webhooks").json()["items"] == [hook]
    path = f"webhooks/{hook['id']}"
    assert "secret" not in alice.get(path).json()
    assert (
        alice.patch(path, {"target_url": "https://example.com/other"}).json()["target_url"].endswith("/other")
    )
    assert alice.post(f"{path}/pause").json()["reason"] == "hand"
    assert alice.post(f"{path}/pause").status_code == 409
    assert alice.post(f"{path}/resume").json()["status"] == "enabled"
    assert alice.post(f"{path}/secret").json()["secret"].startswith("whsec_")
    assert alice.delete(f"{path}/secret").status_code == 204
    assert alice.get(path).json()["signed"] is False
    assert alice.delete(path).status_code == 204
    assert alice.get(path).json()["code"] == "webhook_not_found"


@pytest.mark.django_db
def test_a_test_waits_for_the_worker_with_every_field(alice: Person) -> None:
    alice.post("custom_fields", {"label": "Last name"})
    path = f"webhooks/{made(alice)['id']}"
    sent = alice.post(f"{path}/test").json()
    assert (sent["state"], sent["is_test"], sent["tries"]) == ("waiting", True, [])
    assert '"fields":{"last_name":null}' in sent["body"]
    refused = alice.post(f"{path}/deliveries/{sent['id']}/resend")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook_delivery_waits")
    found = alice.get(f"{path}/deliveries?state=waiting").json()
    assert [each["id"] for each in found["items"]] == [sent["id"]]
    assert alice.get(f"{path}/deliveries?state=failed").json()["items"] == []
    assert alice.get(f"{path}/deliveries/{sent['id'] + 1}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"event": "subscriber_activate", "target_url": "example.com"}, "target_url"),
        ({"event": "subscriber_activate", "target_url": "http://10.0.0.1/"}, "target_url"),
        ({"event": "tag_add", "target_url": URL}, "tag_id"),
        ({"event": "link_click", "target_url": URL, "initiator_value": " "}, "initiator_value"),
    ],
)
def test_refusals_name_their_field(alice: Person, body: dict[str, Any], field: str) -> None:
    refused = alice.post("webhooks", body)
    assert refused.status_code == 422
    assert refused.json()["field"] == field
    assert refused.json()["help"]


@pytest.mark.django_db
def test_what_a_webhook_is_about_goes_by_its_name(alice: Person) -> None:
    from postroom.purchases import services as purchases
    from postroom.purchases.models import Product
    from postroom.subscribers.rules import Cause

    line = {"name": "Quiet Hours", "pid": 7, "lid": 1, "unit_price": 5, "quantity": 1}
    given = {"transaction_id": "1", "email_address": "a@x.com", "currency": "usd", "products": [line]}
    purchases.record(account_id=alice.account.pk, given=given, cause=Cause("api"))
    product = Product.objects.get(account_id=alice.account.pk).pk
    form = alice.post("forms", {"name": "Letter"}).json()["id"]
    sequence = alice.post("sequences", {"name": "Welcome"}).json()["id"]
    named = [
        made(alice, event, param_id=about)["param_name"]
        for event, about in (
            ("product_purchase", product),
            ("form_subscribe", form),
            ("course_complete", sequence),
            ("course_complete", sequence + 1),
        )
    ]
    assert named == ["Quiet Hours", "Letter", "Welcome", None]


@pytest.mark.django_db
def test_viewers_look_and_change_nothing(alice: Person, viewer: Person) -> None:
    hook = made(alice)
    assert viewer.get("webhooks").json()["total"] == 1
    assert viewer.post(f"webhooks/{hook['id']}/test").status_code == 403
    assert viewer.delete(f"webhooks/{hook['id']}").status_code == 403


@pytest.mark.django_db
def test_a_complaint_ends_all_letters(alice: Person, viewer: Person) -> None:
    person = alice.post("subscribers", {"email": "ann@example.com"}).json()
    path = f"subscribers/{person['id']}/complaint"
    assert viewer.post(path).status_code == 403
    assert alice.post(path).json()["state"] == "complained"
    assert alice.post("subscribers/999999/complaint").status_code == 404
