"""Mail that is written with `django.core.mail` is a ledger row of the caller's transaction."""

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction

from postroom.accounts.services import installation_account
from postroom.content.services import open_raw
from postroom.lib.errors import PostroomError
from postroom.lib.signing import Keyring
from postroom.sending.errors import AttachmentRefused
from postroom.settings import load
from tests.support.mailing import House


@pytest.fixture(autouse=True)
def _ledger_backend(settings: object) -> None:
    settings.EMAIL_BACKEND = "postroom.sending.backend.LedgerBackend"  # type: ignore[attr-defined]


def planned(house: House) -> list[dict]:
    return house.rows(
        "SELECT s.account_id, s.kind, c.mail_class, o.email, o.name, v.subject, v.body, v.from_email,"
        " v.tracked"
        " FROM chunk c JOIN send s ON s.id = c.send_id JOIN content_version v ON v.id = c.content_version_id"
        " JOIN other_recipient o ON o.id = c.first_recipient_id ORDER BY c.id"
    )


def test_a_mail_is_planned_for_the_installation(house: House) -> None:
    message = EmailMultiAlternatives("Sign in\n", "Your code is 1", None, ["Ada Moreno <ada@Example.com>"])
    message.attach_alternative("<p>Your code is <b>1</b></p>", "text/html")
    assert message.send() == 1
    [row] = planned(house)
    assert row["account_id"] == installation_account().pk
    assert (row["kind"], row["mail_class"]) == ("system", 0)
    assert (row["email"], row["name"]) == ("ada@Example.com", "Ada Moreno")
    assert row["subject"] == "Sign in"
    assert "code" not in str(row["body"])
    keyring = Keyring(load().secret_keys())
    assert open_raw(row["body"], keyring) == {
        "text": "Your code is 1",
        "html": "<p>Your code is <b>1</b></p>",
    }
    assert (row["from_email"], row["tracked"]) == ("", False)


def test_it_may_belong_to_an_account(house: House) -> None:
    account = house.account()
    EmailMessage(
        "Join us", "…", "team@slow.example", ["bob@example.com"], headers={"X-Postroom-Account": str(account)}
    ).send()
    [row] = planned(house)
    assert (row["account_id"], row["from_email"]) == (account, "team@slow.example")


def test_each_recipient_gets_a_message_of_their_own(house: House) -> None:
    EmailMessage("Hi", "…", None, ["a@example.com"], cc=["b@example.com"], bcc=["c@example.com"]).send()
    assert [row["email"] for row in planned(house)] == ["a@example.com", "b@example.com", "c@example.com"]


def test_the_second_mail_to_somebody_is_a_row_of_its_own(house: House) -> None:
    for _ in range(2):
        send_mail("Hi", "the same", None, ["a@example.com"])
    assert [row["nth"] for row in house.rows("SELECT nth FROM delivery ORDER BY nth")] == [0, 1]
    # A letter each: one that has left is deleted, and the other must not need it.
    assert house.value("SELECT count(*) FROM content_version") == 2
    assert house.value("SELECT count(*) FROM send") == 1


def test_nothing_is_planned_when_the_callers_transaction_fails(house: House) -> None:
    def act() -> None:
        with transaction.atomic():
            send_mail("Hi", "…", None, ["a@example.com"])
            raise ValueError

    with pytest.raises(ValueError):
        act()
    assert planned(house) == []


@pytest.mark.parametrize("address", ["nobody", "a@b@c", "a b@example.com", "x@exa\x00mple.com"])
def test_a_bad_address_is_told_and_nothing_of_the_mail_is_planned(house: House, address: str) -> None:
    with pytest.raises((PostroomError, ValueError)):
        EmailMessage("Hi", "…", None, ["a@example.com", address]).send()
    assert planned(house) == []


def test_attachments_are_refused_in_a_sentence(house: House) -> None:
    message = EmailMessage("Hi", "…", None, ["a@example.com"])
    message.attach("a.txt", "text", "text/plain")
    with pytest.raises(AttachmentRefused) as caught:
        message.send()
    assert "link" in caught.value.help
