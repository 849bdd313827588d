"""Forms are made, changed and copied; each keeps its mail frozen and its account's things its own."""

import pytest

from postroom.accounts import services as accounts
from postroom.content.models import ContentVersion
from postroom.forms import queries, services
from postroom.forms.errors import FormInvalid, FormNotFound
from postroom.forms.models import FormDay
from postroom.lib import sql
from postroom.subscribers import services as subscribers
from postroom.subscribers.models import Subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return accounts.create_account(name="Alice", from_email="alice@letters.example")[0].pk


@pytest.fixture
def bob():
    return accounts.create_account(name="Bob")[0].pk


@pytest.fixture
def form(alice):
    return services.create(account_id=alice, name="Weekly letter")


def test_a_new_form_works_at_once(alice, form):
    assert len(form.uid) == 10
    assert int(form.uid, 16) >= 0
    version = ContentVersion.objects.get(id=form.confirmation_version_id)
    assert (version.from_email, version.tracked, version.footer) == ("alice@letters.example", False, False)
    assert "confirmation_url" in str(version.body)
    joined = services.subscribe(account_id=alice, form_id=form.id, email="a@example.com")
    assert (joined["state"], joined["subscriber_state"], joined["mailed"]) == ("inactive", "inactive", True)


def test_saving_changes_only_what_is_given_and_freezes_the_mail_anew(alice, form):
    before = form.confirmation_version_id
    services.save(account_id=alice, form_id=form.id, changes={"heading": "Hello"})
    again = queries.get(alice, form.id)
    assert (again.heading, again.confirmation_version_id, again.name) == ("Hello", before, "Weekly letter")
    assert again.wording_at > form.wording_at
    services.save(account_id=alice, form_id=form.id, changes={"incentive_subject": "Your gift"})
    again = queries.get(alice, form.id)
    assert again.confirmation_version_id != before
    assert ContentVersion.objects.get(id=again.confirmation_version_id).subject == "Your gift"


BAD = [
    ({"name": " "}, "name"),
    ({"name": "x" * 256}, "name"),
    ({"format": "modal"}, "format"),
    ({"redirect_url": "javascript:alert(1)"}, "redirect_url"),
    ({"redirect_url": "data:text/html,x"}, "redirect_url"),
    ({"redirect_url": "//evil.example"}, "redirect_url"),
    ({"incentive_redirect_url": "https://a.example/\r\nX: 1"}, "incentive_redirect_url"),
    ({"success_action": "redirect"}, "redirect_url"),
    ({"success_action": "dance"}, "success_action"),
    ({"fields": [{"key": "nowhere", "label": "x"}]}, "fields"),
    ({"fields": [{"key": "first_name"}, {"key": "first_name"}]}, "fields"),
    ({"fields": "x"}, "fields"),
    ({"tag_ids": [999_999]}, "tag_ids"),
    ({"tag_ids": ["1"]}, "tag_ids"),
    ({"auto_confirm": "yes"}, "auto_confirm"),
    ({"incentive_body": {"v": 1, "doc": {"type": "doc", "content": []}}}, "incentive_body"),
    ({"incentive_body": []}, "incentive_body"),
    ({"uid": "0000000000"}, "uid"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_what_can_not_be_taken_names_its_field_and_changes_nothing(alice, form, changes, field):
    with pytest.raises(FormInvalid) as caught:
        services.save(account_id=alice, form_id=form.id, changes=changes)
    assert caught.value.field == field
    assert caught.value.help
    form.refresh_from_db()
    assert (form.name, form.redirect_url, form.success_action) == ("Weekly letter", "", "message")


def test_tags_of_another_account_do_not_exist(alice, bob, form):
    theirs = subscribers.create_tag(account_id=bob, name="Theirs")
    with pytest.raises(FormInvalid):
        services.save(account_id=alice, form_id=form.id, changes={"tag_ids": [theirs["id"]]})


def test_forms_of_another_account_do_not_exist(bob, form):
    for act in (
        lambda: services.save(account_id=bob, form_id=form.id, changes={"name": "Mine"}),
        lambda: services.archive(account_id=bob, form_id=form.id),
        lambda: services.duplicate(account_id=bob, form_id=form.id),
        lambda: services.subscribe(account_id=bob, form_id=form.id, email="a@example.com"),
        lambda: queries.get(bob, form.id),
    ):
        with pytest.raises(FormNotFound):
            act()
    assert Subscriber.objects.count() == 0
    assert list(queries.list_forms(bob)) == []


def test_a_copy_has_its_own_address_and_nobody_in_it(alice, form):
    services.save(account_id=alice, form_id=form.id, changes={"heading": "Hello", "auto_confirm": True})
    services.subscribe(account_id=alice, form_id=form.id, email="a@example.com")
    copy = services.duplicate(account_id=alice, form_id=form.id)
    assert copy.uid != form.uid
    assert (copy.heading, copy.auto_confirm, copy.name) == ("Hello", True, "Weekly letter (copy)")
    assert copy.confirmation_send_id != form.confirmation_send_id
    assert queries.stats(alice, [copy.id])[copy.id]["subscribers"] == 0


def test_archived_forms_stand_last_and_still_take_people(alice, form):
    newer = services.create(account_id=alice, name="Newer")
    services.archive(account_id=alice, form_id=newer.id)
    assert [each.id for each in queries.list_forms(alice)] == [form.id, newer.id]
    assert services.subscribe(account_id=alice, form_id=newer.id, email="a@example.com")["created"]


def test_visits_and_conversion(alice, form):
    for _ in range(4):
        services.note_visit(account_id=alice, form_id=form.id)
    services.note_visit(account_id=alice, form_id=987_654)
    services.count_visits()
    services.note_visit(account_id=alice, form_id=form.id)
    services.count_visits()
    assert FormDay.objects.get().visits == 5
    services.subscribe(account_id=alice, form_id=form.id, email="a@example.com")
    stats = queries.stats(alice, [form.id])[form.id]
    assert (stats["visitors_30d"], stats["subscribers"], stats["conversion"]) == (5, 1, 0.2)


def test_a_program_that_posts_a_member_again_sends_no_second_mail(alice, form):
    services.save(account_id=alice, form_id=form.id, changes={"auto_confirm": True})
    first = services.subscribe(account_id=alice, form_id=form.id, email="a@example.com", via="api")
    sql.execute("UPDATE delivery SET at = now() - interval '1 hour'")
    again = services.subscribe(account_id=alice, form_id=form.id, email="A@Example.com", via="api")
    assert (first["mailed"], again["mailed"]) == (True, False)
    assert first["subscription_id"] == again["subscription_id"]
    assert first["source"] == "API::V3::SubscriptionsController (external)"
    by_hand = services.subscribe(account_id=alice, form_id=form.id, email="a@example.com", via="page")
    assert by_hand["mailed"], "a person may ask for the gift again"
