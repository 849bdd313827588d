"""A webhook's way: a cause, its body, the target, what is written down, tries and ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from postroom.accounts.models import Account, Notice
from postroom.subscribers import services as people
from postroom.subscribers.rules import Cause
from postroom.webhooks import queries, rules, services
from postroom.webhooks.errors import HookInvalid, NotFinished
from postroom.webhooks.models import Hook, HookAttempt, HookDelivery
from tests.support.mailing import House
from tests.webhooks.conftest import delivering, fan_out, wait_for
from tests.webhooks.target import Target, say

API = Cause("api")


def hook(account: Account, url: str, event: str = "subscriber_activate", **more: Any) -> Hook:
    return services.create(account_id=account.pk, event=event, target_url=url, **more)


def join(account: Account, email: str = "Ann@example.com", **more: Any) -> int:
    return people.subscribe(account_id=account.pk, email=email, cause=API, **more).id


def states(account: Account) -> list[str]:
    return list(
        HookDelivery.objects.filter(account_id=account.pk).order_by("id").values_list("state", flat=True)
    )


def test_kit_4_what_happens_reaches_the_target_with_the_state_after_it(
    alice: Account, target: Target, postgres: str
) -> None:
    field = people.create_field(account_id=alice.pk, label="Last name")
    hook(alice, f"{target.url}/in")
    hook(alice, f"{target.url}/out", "subscriber_unsubscribe")
    ann = join(alice, first_name="Ann", fields={str(field.id): "Lee"})
    people.unsubscribe(account_id=alice.pk, subscriber_id=ann, cause=API)
    fan_out()
    with delivering(postgres):
        wait_for(lambda: states(alice) == ["delivered", "delivered"])
    (came,) = target.bodies("/in")
    person = json.loads(came)["subscriber"]
    assert set(person) == {"id", "first_name", "email_address", "state", "created_at", "fields"}
    assert (person["id"], person["email_address"], person["state"]) == (ann, "Ann@example.com", "active")
    assert person["fields"] == {"last_name": "Lee"}
    (left,) = target.bodies("/out")
    assert json.loads(left)["subscriber"]["state"] == "cancelled"
    headers = target.calls[0].headers
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("Postroom/")
    assert "X-Postroom-Signature" not in headers
    tried = HookAttempt.objects.filter(account_id=alice.pk).first()
    assert tried is not None
    assert (tried.status, tried.error, tried.answer) == (200, "", "thanks")


def test_kit_4_a_tag_is_told_when_it_is_new_and_when_it_was_there(alice: Account, house: House) -> None:
    news, other = (people.create_tag(account_id=alice.pk, name=name)["id"] for name in ("News", "Other"))
    hook(alice, "http://127.0.0.1:9/add", "tag_add", param_id=news)
    hook(alice, "http://127.0.0.1:9/remove", "tag_remove", param_id=news)
    ann = join(alice, tag_ids=[news, other])
    for _ in range(2):
        people.add_tags(account_id=alice.pk, subscriber_ids=[ann], tag_ids=[news], cause=API)
    fan_out()
    assert told(house) == ["/add"]
    for _ in range(2):
        people.remove_tags(account_id=alice.pk, subscriber_ids=[ann], tag_ids=[news, other], cause=API)
    fan_out()
    assert told(house) == ["/add", "/remove"]


def told(house: House) -> list[str]:
    found = house.rows(
        "SELECT h.target_url FROM hook_delivery d JOIN hook h ON h.id = d.hook_id ORDER BY d.id"
    )
    return [row["target_url"].removeprefix("http://127.0.0.1:9") for row in found]


def test_kit_4_every_other_event_from_its_true_cause(alice: Account, house: House) -> None:
    from postroom.forms import services as forms
    from postroom.lib import sql
    from postroom.sequences import services as sequences

    form = forms.create(account_id=alice.pk, name="Letter").id
    course = sequences.create(account_id=alice.pk, name="Course").pk
    sequences.add_email(
        account_id=alice.pk,
        sequence_id=course,
        changes={"subject": "One", "delay_value": 0, "published": True},
    )
    link = "https://example.com/a?b=1"
    at = "http://127.0.0.1:9"
    hook(alice, f"{at}/form", "form_subscribe", param_id=form)
    hook(alice, f"{at}/other-form", "form_subscribe", param_id=form + 1)
    hook(alice, f"{at}/course", "course_subscribe", param_id=course)
    hook(alice, f"{at}/done", "course_complete", param_id=course)
    hook(alice, f"{at}/click", "link_click", initiator_value=link)
    hook(alice, f"{at}/near", "link_click", initiator_value=link + "&c=2")
    hook(alice, f"{at}/bounce", "subscriber_bounce")
    hook(alice, f"{at}/complain", "subscriber_complain")
    ann = join(alice)
    forms.subscribe(account_id=alice.pk, form_id=form, email="ann@example.com", via="api")
    sequences.subscribe(account_id=alice.pk, sequence_id=course, email="ann@example.com", cause=API)
    sequences.send_due()
    sql.execute(
        "SELECT events_record(%s, 'link_clicked', %s, 1, jsonb_build_object('url', %s::text))",
        [alice.pk, ann, link],
    )
    people.bounce(account_id=alice.pk, subscriber_id=ann, cause=API)
    people.complain(account_id=alice.pk, subscriber_id=ann, cause=API)
    fan_out()
    assert sorted(told(house)) == ["/bounce", "/click", "/complain", "/course", "/done", "/form"]


def test_another_accounts_people_are_not_told(alice: Account, house: House) -> None:
    charlie = Account.objects.get(id=house.account("Charlie"))
    hook(charlie, "http://127.0.0.1:9/c")
    join(alice)
    fan_out()
    assert HookDelivery.objects.count() == 0


def test_kit_4_a_failure_is_tried_again_eight_times(
    alice: Account, target: Target, house: House, postgres: str
) -> None:
    target.answers["/"] = say(500, "no")
    hook(alice, f"{target.url}/")
    join(alice)
    fan_out()
    with delivering(postgres):
        for tries in range(1, 9):
            wait_for(lambda n=tries: HookAttempt.objects.count() == n)
            row = HookDelivery.objects.get()
            if tries < 8:
                assert row.state == "waiting"
                waits = (row.next_at - HookAttempt.objects.latest("id").at).total_seconds()
                assert waits == pytest.approx(rules.WAITS_S[tries - 1], rel=0.11, abs=2)
                house.db.execute("UPDATE hook_delivery SET next_at = now()")
        wait_for(lambda: states(alice) == ["failed"])
        assert HookAttempt.objects.latest("id").error == "It answered 500."
        target.answers.clear()
        row = HookDelivery.objects.get()
        services.resend(account_id=alice.pk, hook_id=row.hook_id, delivery_id=row.pk)
        wait_for(lambda: states(alice) == ["delivered"])
    assert len(target.calls) == 9
    assert len({call.body for call in target.calls}) == 1


@pytest.mark.parametrize(
    ("status", "asked", "waits"),
    [(429, "90", 90), (503, "99999999", 86400), (503, "0", 1), (500, "900", 30)],
)
def test_kit_4_retry_after_counts_on_429_and_503(
    alice: Account, target: Target, postgres: str, status: int, asked: str, waits: float
) -> None:
    target.answers["/"] = say(status, Retry_After=asked)
    hook(alice, f"{target.url}/")
    join(alice)
    fan_out()
    with delivering(postgres):
        wait_for(lambda: HookAttempt.objects.exists())
    row = HookDelivery.objects.get()
    found = (row.next_at - HookAttempt.objects.earliest("id").at).total_seconds()
    assert found == pytest.approx(waits, rel=0.11, abs=2)


def test_kit_4_410_ends_the_webhook_with_a_notice(alice: Account, target: Target, postgres: str) -> None:
    target.answers["/"] = say(410)
    made = hook(alice, f"{target.url}/")
    join(alice)
    fan_out()
    with delivering(postgres):
        wait_for(lambda: Notice.objects.filter(account_id=alice.pk).exists())
    assert states(alice) == ["gone"]
    assert queries.get(alice.pk, made.pk).status == "gone"
    join(alice, "bob@example.com")
    fan_out()
    assert states(alice) == ["gone"]
    services.resume(account_id=alice.pk, hook_id=made.pk)
    assert not Notice.objects.filter(account_id=alice.pk, resolved_at=None).exists()


def test_a_dead_target_is_paused_with_a_notice_and_goes_on_when_resumed(
    alice: Account, target: Target, house: House, postgres: str
) -> None:
    target.answers["/"] = say(500)
    made = hook(alice, f"{target.url}/")
    join(alice)
    fan_out()
    with delivering(postgres):
        wait_for(lambda: queries.get(alice.pk, made.pk).failing_since)
        house.db.execute("UPDATE hook SET failing_since = now() - interval '3 days 1 minute'")
        house.db.execute("UPDATE hook_delivery SET next_at = now()")
        wait_for(lambda: queries.get(alice.pk, made.pk).status == "paused")
        assert queries.get(alice.pk, made.pk).reason == "dead"
        assert states(alice) == ["held"]
        notice = Notice.objects.get(account_id=alice.pk, resolved_at=None)
        assert notice.action_url == f"/app/webhooks/{made.pk}"
        target.answers.clear()
        services.resume(account_id=alice.pk, hook_id=made.pk)
        wait_for(lambda: states(alice) == ["delivered"])
        assert queries.get(alice.pk, made.pk).failing_since is None


def test_a_paused_webhook_holds_what_waits_and_can_be_tested(
    alice: Account, target: Target, postgres: str
) -> None:
    made = hook(alice, f"{target.url}/")
    join(alice)
    fan_out()
    services.pause(account_id=alice.pk, hook_id=made.pk)
    join(alice, "bob@example.com")
    fan_out()
    test = services.send_test(account_id=alice.pk, hook_id=made.pk)
    with pytest.raises(NotFinished):
        services.resend(account_id=alice.pk, hook_id=made.pk, delivery_id=test.pk)
    with delivering(postgres):
        wait_for(lambda: states(alice) == ["held", "delivered"])
        services.resume(account_id=alice.pk, hook_id=made.pk)
        wait_for(lambda: states(alice) == ["delivered", "delivered"])
    sample, told = (json.loads(call.body)["subscriber"] for call in target.calls)
    assert (sample["email_address"], told["email_address"]) == ("ada@example.com", "Ann@example.com")


def test_a_signature_proves_time_and_body(alice: Account, target: Target, postgres: str) -> None:
    made = hook(alice, f"{target.url}/")
    secret = services.new_secret(account_id=alice.pk, hook_id=made.pk)
    assert secret.encode() not in bytes(queries.get(alice.pk, made.pk).secret_sealed or b"")
    join(alice)
    fan_out()
    with delivering(postgres):
        wait_for(lambda: states(alice) == ["delivered"])
    (call,) = target.calls
    given = call.headers["X-Postroom-Signature"]
    at = int(given.split(",")[0].removeprefix("t="))
    assert given == rules.sign(secret, at, call.body)


def test_what_was_told_of_a_person_goes_with_them(alice: Account, house: House) -> None:
    hook(alice, "http://127.0.0.1:9/")
    ann = join(alice)
    fan_out()
    house.db.execute("DELETE FROM subscriber WHERE id = %s", [ann])
    assert HookDelivery.objects.count() == 0


def test_a_deleted_webhook_takes_its_deliveries_along(alice: Account, target: Target, postgres: str) -> None:
    async def slow(_: web.Request) -> web.StreamResponse:
        services_done.wait(5)
        return web.Response()

    import threading

    services_done = threading.Event()
    target.answers["/"] = slow
    made = hook(alice, f"{target.url}/")
    join(alice)
    fan_out()
    with delivering(postgres):
        wait_for(lambda: target.calls)
        services.delete(account_id=alice.pk, hook_id=made.pk)
        services_done.set()
    assert HookDelivery.objects.count() == HookAttempt.objects.count() == 0


@pytest.mark.parametrize(
    "url", ["", "ftp://example.com/", "https://", "https://exa mple.com/", "javascript:1", "http://a\nb/", "http://[::1"]
)  # fmt: skip
def test_no_url_is_no_target(alice: Account, url: str) -> None:
    with pytest.raises(HookInvalid) as refused:
        hook(alice, url)
    assert refused.value.field == "target_url"


def test_kit_2_9_a_purchase_is_told_bare_and_a_product_with_its_buyer(
    alice: Account, target: Target, postgres: str
) -> None:
    from postroom.purchases import services as purchases
    from postroom.purchases.models import Product

    def buy(number: str) -> None:
        line = {"name": "Course", "pid": 7, "lid": 1, "unit_price": 5, "quantity": 2}
        given = {
            "transaction_id": number,
            "email_address": "ann@example.com",
            "currency": "usd",
            "products": [line],
        }
        purchases.record(account_id=alice.pk, given=given, cause=API)

    buy("1")
    fan_out()
    product = Product.objects.get(account_id=alice.pk).pk
    hook(alice, f"{target.url}/purchase", "purchase_create")
    hook(alice, f"{target.url}/product", "product_purchase", param_id=product)
    hook(alice, f"{target.url}/other", "product_purchase", param_id=product + 1)
    buy("2")
    buy("2")
    fan_out()
    with delivering(postgres):
        wait_for(lambda: states(alice) == ["delivered", "delivered"])
    (told,) = (json.loads(body) for body in target.bodies("/purchase"))
    assert (told["transaction_id"], told["total"], told["products"][0]["pid"]) == ("2", 10.0, 7)
    (buyer,) = (json.loads(body) for body in target.bodies("/product"))
    assert buyer["subscriber"]["email_address"] == "ann@example.com"
    assert target.bodies("/other") == []
