"""The mail that asks to confirm: a broken one reaches nobody, and the last good one goes on."""

import threading

import pytest
from django.db import close_old_connections, connection, transaction

from postroom.accounts import services as accounts
from postroom.content.models import ContentVersion
from postroom.forms import queries, services
from postroom.forms.errors import FormInvalid
from postroom.forms.models import Form

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return accounts.create_account(name="Alice", from_email="alice@letters.example")[0].pk


@pytest.fixture
def form(alice):
    return services.create(account_id=alice, name="Weekly letter")


def letter(*texts, href="{{ confirmation_url }}"):
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in texts]
    button = {"type": "button", "attrs": {"label": "Confirm", "href": href}}
    return {"v": 1, "doc": {"type": "doc", "content": [*paragraphs, button]}}


HALF_TYPED = [
    {"incentive_body": letter("Hello {{ subscriber.first_name")},
    {"incentive_body": letter("{% if subscriber.first_name %}Hello")},
    {"incentive_body": letter("{{ subscriber.first_name | shout }}")},
    {"incentive_subject": "{{ oops"},
]


@pytest.mark.parametrize("changes", HALF_TYPED)
def test_a_half_typed_email_is_stored_and_people_get_the_one_before(alice, form, changes):
    saved = services.save(account_id=alice, form_id=form.id, changes=changes)
    again = queries.get(alice, form.id)
    assert {name: getattr(again, name) for name in changes} == changes
    assert again.confirmation_version_id == form.confirmation_version_id
    (hint,) = services.letter_hints(saved)
    assert hint.code == "not_live"
    assert hint.text.startswith("People still get the email as it was before. The email")
    joined = services.subscribe(account_id=alice, form_id=form.id, email="a@example.com")
    assert joined["mailed"]


def test_the_email_goes_live_once_it_can_be_written(alice, form):
    services.save(account_id=alice, form_id=form.id, changes={"incentive_subject": "{{ oops"})
    saved = services.save(
        account_id=alice, form_id=form.id, changes={"incentive_subject": "For {{ subscriber.first_name }}"}
    )
    assert services.letter_hints(saved) == []
    version = ContentVersion.objects.get(id=saved.confirmation_version_id)
    assert version.subject == "For {{ subscriber.first_name }}"


NONE = [
    {"v": 1, "doc": {"x": "confirmation_url"}},
    {"v": 1, "doc": {"type": "doc", "content": [{"text": "confirmation_url"}]}},
    {"doc": {"type": "doc", "content": []}},
    {"html": "<p>{{ confirmation_url }}</p>"},
    letter("No", href="https://example.com/confirmation_url"),
    {"v": 1, "doc": {"type": "doc", "content": [], "attrs": {"x": "confirmation_url"}}},
    {
        "v": 1,
        "doc": {
            "type": "doc",
            "content": [{"type": "odd", "attrs": {"n": float("inf"), "u": "confirmation_url"}}],
        },
    },
]


@pytest.mark.parametrize("body", NONE)
def test_what_is_no_email_that_confirms_is_refused(alice, form, body):
    with pytest.raises(FormInvalid) as caught:
        services.save(account_id=alice, form_id=form.id, changes={"incentive_body": body})
    assert (caught.value.field, bool(caught.value.help)) == ("incentive_body", True)
    form.refresh_from_db()
    assert "confirmation_url" in str(form.incentive_body)


def test_nul_in_an_email_is_dropped(alice, form):
    saved = services.save(account_id=alice, form_id=form.id, changes={"incentive_body": letter("a\x00b")})
    assert "ab" in str(saved.incentive_body)


def test_people_are_not_asked_by_an_old_email_without_the_link(alice, form):
    plain = letter("Here is your gift", href="https://letters.example/gift")
    services.save(account_id=alice, form_id=form.id, changes={"auto_confirm": True, "incentive_body": plain})
    services.save(account_id=alice, form_id=form.id, changes={"incentive_body": letter("{{ oops")})
    with pytest.raises(FormInvalid) as caught:
        services.save(account_id=alice, form_id=form.id, changes={"auto_confirm": False})
    assert caught.value.field == "incentive_body"
    assert queries.get(alice, form.id).auto_confirm


def test_a_new_sender_is_followed_with_the_last_good_words(alice, form):
    services.save(account_id=alice, form_id=form.id, changes={"incentive_subject": "{{ oops"})
    accounts.update_account(account_id=alice, from_email="new@letters.example")
    assert services.subscribe(account_id=alice, form_id=form.id, email="a@example.com")["mailed"]
    version = ContentVersion.objects.get(id=queries.get(alice, form.id).confirmation_version_id)
    assert (version.from_email, version.subject) == (
        "new@letters.example",
        "Please confirm your subscription",
    )


def test_a_copy_of_a_form_with_a_half_typed_email_mails_the_last_good_one(alice, form):
    services.save(account_id=alice, form_id=form.id, changes={"incentive_subject": "{{ oops"})
    copy = services.duplicate(account_id=alice, form_id=form.id)
    assert (copy.incentive_subject, copy.confirmation_version_id) == ("{{ oops", form.confirmation_version_id)
    assert copy.confirmation_send_id != form.confirmation_send_id


@pytest.mark.parametrize("options", [{"x": float("inf")}, {"x": "a\x00"}, {"x": "y" * 10_001}, []])
def test_options_that_cannot_be_kept_are_refused(alice, form, options):
    with pytest.raises(FormInvalid) as caught:
        services.save(account_id=alice, form_id=form.id, changes={"options": options})
    assert caught.value.field == "options"


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_both_count(alice, form):
    """The second one waits for the first, and then writes only what it was asked to."""
    failed = []

    def save_note():
        try:
            services.save(account_id=alice, form_id=form.id, changes={"note": "Second"})
        except Exception as error:
            failed.append(error)
        finally:
            close_old_connections()
            connection.close()

    with transaction.atomic():
        services.save(account_id=alice, form_id=form.id, changes={"heading": "First"})
        other = threading.Thread(target=save_note)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join(10)
    again = Form.objects.get(account_id=alice, id=form.id)
    assert (failed, again.heading, again.note) == ([], "First", "Second")
