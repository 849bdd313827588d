"""Confirm, unsubscribe, preferences: a GET never changes anything, one button does."""

import re
from datetime import timedelta

import pytest

from postroom.content import links
from postroom.content import services as content
from postroom.content.links import MessageRef
from postroom.content.models import ContentVersion
from postroom.events.models import Fact
from postroom.forms import services as forms
from postroom.lib import clock, sql
from postroom.lib.signing import Keyring
from postroom.settings import load
from postroom.subscribers.models import Consent, Membership, Subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture
def keyring():
    return Keyring(load().secret_keys())


@pytest.fixture
def person(alice, form):
    joined = forms.subscribe(account_id=alice.pk, form_id=form.id, email="ines@example.com", ip="203.0.113.5")
    return Subscriber.objects.get(id=joined["subscriber_id"])


def confirm_path(keyring, person, form, ago=timedelta()):
    issued = int((clock.now() - ago).timestamp())
    token = links.sign_confirm(
        keyring, account_id=person.account_id, subscriber_id=person.pk, form_id=form.id, issued_at=issued
    )
    return f"/confirm/{token}"


def state(person):
    return Subscriber.objects.get(id=person.pk).state


@pytest.mark.parametrize("method", ["get", "head"])
def test_fetching_the_confirmation_changes_nothing(browser, keyring, person, form, method):
    answer = getattr(browser, method)(confirm_path(keyring, person, form))
    assert answer.status_code == 200
    assert state(person) == "inactive"


def test_the_button_confirms_once(browser, keyring, person, form):
    path = confirm_path(keyring, person, form)
    page = browser.get(path).content.decode()
    assert page.count("<button") == 1
    assert "autofocus" in page  # Enter is enough
    for _ in range(2):
        assert b"You are in" in browser.post(path).content
    assert state(person) == "active"
    assert Membership.objects.get(form_id=form.id).state == "active"
    consent = Consent.objects.get()
    assert consent.confirmed_at is not None
    kinds = list(Fact.objects.values_list("kind", flat=True))
    assert kinds.count("form_confirmed") == kinds.count("subscriber_activated") == 1


def test_confirming_leads_on_to_the_gift(browser, alice, keyring, person, form):
    gift = {"incentive_redirect_url": "https://alice.example/gift.pdf"}
    forms.save(account_id=alice.pk, form_id=form.id, changes=gift)
    answer = browser.post(confirm_path(keyring, person, form))
    assert (answer.status_code, answer["Location"]) == (303, "https://alice.example/gift.pdf")


def test_an_old_link_does_not_bring_back_who_left(browser, keyring, person, form):
    sql.execute("UPDATE subscriber SET state = 'cancelled', cancelled_at = now()")
    assert b"You have left" in browser.post(confirm_path(keyring, person, form)).content
    assert state(person) == "cancelled"


@pytest.mark.parametrize("gone", ["bounced", "complained"])
def test_a_closed_address_stays_closed(browser, keyring, person, form, gone):
    sql.execute("UPDATE subscriber SET state = %s", [gone])
    assert browser.post(confirm_path(keyring, person, form)).status_code == 410
    assert state(person) == gone


def test_a_damaged_or_ancient_link_says_what_to_do(browser, keyring, person, form):
    good = confirm_path(keyring, person, form)
    for path in (
        good[:-2],
        good + "A",
        "/confirm/x",
        confirm_path(keyring, person, form, timedelta(days=91)),
    ):
        answer = browser.post(path)
        assert answer.status_code == 404
        assert b"Sign up again" in answer.content
    assert state(person) == "inactive"


@pytest.fixture
def unsubscribe_path(keyring, alice, person, form):
    sql.execute("UPDATE subscriber SET state = 'active'")
    send = sql.row("SELECT id FROM send WHERE account_id = %s LIMIT 1", [alice.pk])
    assert send is not None
    ref = MessageRef(alice.pk, send["id"], 20_000, person.pk)
    return links.sign_unsubscribe(keyring, ref).replace("/u/", "/unsubscribe/")


@pytest.mark.parametrize("method", ["get", "head"])
def test_fetching_the_unsubscribe_page_changes_nothing(browser, person, unsubscribe_path, method):
    answer = getattr(browser, method)(unsubscribe_path)
    assert answer.status_code == 200
    assert "<script" not in answer.content.decode()
    assert state(person) == "active"


def test_one_press_leaves_and_one_more_comes_back(browser, person, unsubscribe_path):
    assert b"You are unsubscribed" in browser.post(unsubscribe_path, {"act": "unsubscribe"}).content
    assert state(person) == "cancelled"
    assert b"You are unsubscribed" in browser.post(unsubscribe_path, {"act": "unsubscribe"}).content
    row = sql.row(
        "SELECT unsubscribed_at IS NOT NULL AS told FROM engagement WHERE recipient_id = %s", [person.pk]
    )
    assert row == {"told": True}
    assert b"Welcome back" in browser.post(unsubscribe_path, {"act": "resubscribe"}).content
    assert state(person) == "active"
    row = sql.row(
        "SELECT unsubscribed_at IS NULL AS taken_back FROM engagement WHERE recipient_id = %s", [person.pk]
    )
    assert row == {"taken_back": True}


def test_coming_back_restores_exactly_what_the_unsubscribe_ended(
    browser, alice, form, person, unsubscribe_path
):
    """Two forms end with the unsubscribe and return as they were; one that was left before stays left."""
    other, left = (forms.create(account_id=alice.pk, name=name) for name in ("Desk notes", "Old course"))
    for each in (other, left):
        forms.subscribe(account_id=alice.pk, form_id=each.id, email=person.email)
    forms.confirm(token=confirm_path(Keyring(load().secret_keys()), person, other).split("/")[-1], ip=None)
    sql.row(
        "SELECT subscribers_leave(%s, %s, 'form', %s, 'unsubscribe', 1, '')", [alice.pk, person.pk, left.id]
    )
    facts = Fact.objects.filter(kind="form_subscribed").count()

    def places():
        found = Membership.objects.filter(account=alice, subscriber=person)
        return {m.form_id: (m.state, m.source, m.created_at) for m in found}

    before = places()
    assert [before[each.id][0] for each in (other, left)] == ["active", "cancelled"]
    browser.post(unsubscribe_path, {"act": "unsubscribe"})
    assert {state for state, *_ in places().values()} == {"cancelled"}
    browser.post(unsubscribe_path, {"act": "resubscribe"})
    assert places() == before
    assert state(person) == "active"
    assert Fact.objects.filter(kind="form_subscribed").count() == facts  # nobody joined anew
    counts = sql.rows(
        "SELECT subject_id AS form, sum(n) AS n FROM counter_delta"
        " WHERE account_id = %s AND subject = 'form' GROUP BY 1",
        [alice.pk],
    )
    assert {row["form"]: row["n"] for row in counts} == {form.id: 1, other.id: 1, left.id: 0}


def test_who_had_not_confirmed_comes_back_unconfirmed(browser, alice, person, unsubscribe_path):
    sql.execute("UPDATE subscriber SET state = 'inactive'")
    for act, expected in (("unsubscribe", "cancelled"), ("resubscribe", "inactive")):
        browser.post(unsubscribe_path, {"act": act})
        assert state(person) == expected


def test_a_mail_programs_one_click_post_counts_here_as_well(browser, person, unsubscribe_path):
    assert browser.post(unsubscribe_path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert state(person) == "cancelled"


@pytest.mark.parametrize("gone", ["bounced", "complained"])
def test_resubscribing_needs_an_unsubscribe_before(browser, person, unsubscribe_path, gone):
    sql.execute("UPDATE subscriber SET state = %s", [gone])
    browser.post(unsubscribe_path, {"act": "resubscribe"})
    assert state(person) == gone


def test_tampered_tokens_are_404(browser, person, unsubscribe_path):
    for path in (unsubscribe_path[:-1], unsubscribe_path + "AA", "/unsubscribe/" + "A" * 60):
        assert browser.post(path, {"act": "unsubscribe"}).status_code == 404
    assert state(person) == "active"


@pytest.fixture
def preferences_path(keyring, alice, person):
    sql.execute("UPDATE subscriber SET state = 'active'")
    return "/preferences/" + links.sign_preferences(keyring, account_id=alice.pk, subscriber_id=person.pk)


def mailed_link(account):
    version = ContentVersion.objects.filter(account_id=account.pk, kind="raw").latest("id")
    text = content.open_raw(version.body, Keyring(load().secret_keys()))["text"]
    return re.search(r"/preferences/address/\S+", text)[0]


def save(browser, path, email, first_name="Inês"):
    return browser.post(path, {"act": "save", "first_name": first_name, "email": email})


def test_people_change_their_name_at_once_and_their_address_by_a_mail_to_it(
    browser, alice, person, preferences_path
):
    answer = save(browser, preferences_path, "ines@new.example.com")
    assert b"on its way to ines@new.example.com" in answer.content
    person.refresh_from_db()
    assert (person.first_name, person.email) == ("Inês", "ines@example.com")
    link = mailed_link(alice)
    page = browser.get(link)
    assert (page.status_code, page.content.count(b"<button")) == (200, 1)
    person.refresh_from_db()
    assert person.email == "ines@example.com"
    assert b"come to ines@new.example.com" in browser.post(link).content
    person.refresh_from_db()
    assert (person.email, person.email_key, person.state) == (*["ines@new.example.com"] * 2, "active")
    assert browser.post(link).status_code == 404


def test_an_address_in_other_capitals_is_written_at_once(browser, person, preferences_path):
    assert b"Saved." in save(browser, preferences_path, "Ines@example.com").content
    person.refresh_from_db()
    assert person.email == "Ines@example.com"


def test_nobody_confirms_for_an_address_by_changing_to_it(browser, keyring, form, person):
    """Signing up with one's own address and then moving to another's must not make that one a subscriber."""
    path = "/preferences/" + links.sign_preferences(
        keyring, account_id=person.account_id, subscriber_id=person.pk
    )
    save(browser, path, "victim@example.com")
    browser.post(confirm_path(keyring, person, form))
    person.refresh_from_db()
    assert (person.email, person.state) == ("ines@example.com", "active")


def test_a_malformed_address_says_so_and_a_taken_one_to_its_owner_only(
    browser, alice, form, person, preferences_path
):
    assert save(browser, preferences_path, "nobody").status_code == 422
    person.refresh_from_db()
    assert person.first_name is None  # all or nothing
    forms.subscribe(account_id=alice.pk, form_id=form.id, email="other@example.com")
    assert save(browser, preferences_path, "other@example.com").status_code == 200
    assert browser.post(mailed_link(alice)).status_code == 409
    person.refresh_from_db()
    assert person.email == "ines@example.com"


def test_an_old_or_damaged_link_moves_nobody(browser, alice, person, preferences_path, monkeypatch):
    save(browser, preferences_path, "ines@new.example.com")
    link = mailed_link(alice)
    for damaged in (link[:-4], link + "é", link.replace("address/", "address/AA")):
        assert browser.get(damaged).status_code == 404
    later = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.post(link).status_code == 404
    person.refresh_from_db()
    assert person.email == "ines@example.com"


def test_a_preferences_link_is_no_open_mailer(browser, person, preferences_path):
    answers = [save(browser, preferences_path, f"n{n}@example.com").status_code for n in range(6)]
    assert answers == [*[200] * 5, 429]
    answers = [save(browser, preferences_path, "n0@example.com").status_code]
    assert answers == [429]


def test_preferences_can_end_everything(browser, person, preferences_path):
    assert browser.get(preferences_path).status_code == 200
    assert state(person) == "active"
    browser.post(preferences_path, {"act": "unsubscribe"})
    assert state(person) == "cancelled"


def test_every_page_forbids_scripts_and_stays_small(browser, unsubscribe_path, preferences_path):
    from pathlib import Path

    from postroom.doors.public import pages

    for path in (unsubscribe_path, preferences_path):
        answer = browser.get(path)
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["Referrer-Policy"] == "no-referrer"
    assert (Path(pages.__file__).parent / "public.css").stat().st_size < 5_000
