"""The first run, without JavaScript: left and taken up again, closed once somebody can sign in."""

import re

import pytest
from django.core import mail
from django.test import Client

from postroom.accounts import services
from postroom.accounts.models import Account, Installation, User
from postroom.doors.entry import welcome
from postroom.sending.trial import Trial
from postroom.settings import load
from tests.support.door import PASSWORD

YOU = {"name": "Ada Moreno", "email": "ada@example.com", "password": PASSWORD}
LETTER = {"name": "Slow Mornings", "postal_address": "1 Slow Lane\nLisbon", "time_zone": "Europe/Lisbon"}
SENDING = {"kind": "inbox", "from": "Ada Moreno <ada@example.com>"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    """The first user, signed in, before the second step."""
    client.post("/welcome/you", YOU)
    return client


def test_on_a_fresh_installation_every_door_leads_to_the_first_step(client):
    for path in ("/", "/app/", "/app/subscribers", "/accounts/sign-in", "/welcome/ready"):
        final = client.get(path, follow=True)
        assert final.redirect_chain[-1][0] == "/welcome/you", path
    assert "Who are you?" in client.get("/welcome/you").content.decode()


def test_five_steps_lead_to_an_account_ready_to_write(client):
    assert client.post("/welcome/you", YOU)["Location"] == "/welcome/letter"
    assert client.post("/welcome/letter", LETTER)["Location"] == "/welcome/sending"
    assert client.post("/welcome/sending", SENDING)["Location"] == "/welcome/people"
    assert client.post("/welcome/people", {"chosen": "form"})["Location"] == "/welcome/ready"
    assert "Make my form" in client.get("/welcome/ready").content.decode()
    assert client.post("/welcome/ready")["Location"] == "/app/forms"
    assert client.get("/")["Location"] == "/app/"
    assert client.get("/welcome")["Location"] == "/app/"
    user, account = User.objects.get(), Account.objects.get(kind="creator")
    assert (user.is_superuser, user.name, user.emailaddress_set.get().verified) == (True, "Ada Moreno", True)
    assert account.members.get().role == "owner"
    assert (account.name, account.time_zone) == ("Slow Mornings", "Europe/Lisbon")
    assert (account.from_name, account.from_email) == ("Ada Moreno", "ada@example.com")
    assert account.postal_address.splitlines() == ["1 Slow Lane", "Lisbon"]


def test_it_can_be_left_and_taken_up_again_after_signing_in(ada):
    ada.post("/welcome/letter", LETTER)
    other = Client()
    assert other.get("/")["Location"] == "/accounts/sign-in"
    other.post("/accounts/sign-in", {"login": "ada@example.com", "password": PASSWORD})
    final = other.get("/", follow=True)
    assert final.redirect_chain[-1][0] == "/welcome/sending"
    page = final.content.decode()
    assert "Ada Moreno" in page
    assert "Slow Mornings, Lisbon" in page
    assert 'href="/welcome/letter"' in page


def test_a_step_cannot_be_jumped_over_but_gone_back_to(ada):
    assert ada.get("/welcome/ready")["Location"] == "/welcome/letter"
    ada.post("/welcome/letter", LETTER)
    ada.post("/welcome/letter", {**LETTER, "name": "Slower Mornings"})
    assert [a.name for a in Account.objects.filter(kind="creator")] == ["Slower Mornings"]
    assert Installation.objects.get().first_run_step == "sending"


def test_nobody_installs_a_second_time(ada):
    stranger = Client()
    assert (
        stranger.post("/welcome/you", {**YOU, "email": "evil@example.com"})["Location"] == "/accounts/sign-in"
    )
    for step in ("letter", "sending", "people", "ready"):
        assert stranger.post(f"/welcome/{step}", LETTER)["Location"] == "/accounts/sign-in"
    assert User.objects.count() == 1


def test_a_member_without_the_operators_rights_does_not_get_into_it(ada):
    ada.post("/welcome/letter", LETTER)
    user = services.create_user(email="bob@example.com", password=PASSWORD)
    bob = Client()
    bob.force_login(user)
    assert bob.get("/welcome/sending", follow=False)["Location"] == "/app/"  # no circle
    assert (
        bob.post(
            "/welcome/sending", {**SENDING, "kind": "smtp", "host": "evil.example", "port": "25"}
        ).status_code
        == 302
    )
    assert services.saved_relay() is None


@pytest.mark.parametrize(
    ("step", "body", "words"),
    [
        ("you", {**YOU, "email": "ada"}, "valid email"),
        ("you", {**YOU, "password": "short"}, "too short"),
        ("you", {**YOU, "name": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_above_the_field_and_what_was_typed_stays(client, step, body, words):
    answer = client.post(f"/welcome/{step}", body)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert body["email"] in page
    assert 'class="err"' in page


def test_a_wrong_server_or_sender_is_said_and_nothing_is_saved(ada):
    ada.post("/welcome/letter", LETTER)
    smtp = {**SENDING, "kind": "smtp", "host": "smtp.example.com", "port": "587", "password": "p@ss"}
    for change, field in (
        ({"host": "not a host"}, "host"),
        ({"port": "0"}, "port"),
        ({"from": "Ada"}, "from"),
    ):
        answer = ada.post("/welcome/sending", {**smtp, **change})
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in answer.content.decode()
        assert "p@ss" not in answer.content.decode()
        assert services.saved_relay() is None


def test_the_server_is_tried_then_kept_sealed(ada, monkeypatch):
    ada.post("/welcome/letter", LETTER)
    asked = []

    def fake_server(url):
        asked.append(url)
        return Trial(True, "Answered in 84 ms, TLS 1.3, password accepted.")

    monkeypatch.setattr(welcome, "try_relay", fake_server)
    smtp = {
        **SENDING,
        "kind": "smtp",
        "host": "smtp.example.com",
        "port": "587",
        "user": "me",
        "password": "p@ss",
    }
    tried = ada.post("/welcome/sending", {**smtp, "do": "try"}).content.decode()
    assert "Answered in 84 ms" in tried
    assert asked == ["smtp+starttls://me:p%40ss@smtp.example.com:587"]
    assert services.saved_relay() is None
    assert ada.post("/welcome/sending", smtp)["Location"] == "/welcome/people"
    assert services.saved_relay().password == "p@ss"
    assert b"p@ss" not in bytes(Installation.objects.get().smtp_url_sealed)
    # The password needs not be typed again.
    ada.post("/welcome/sending", {**smtp, "password": ""})
    assert services.saved_relay().password == "p@ss"
    # But it is not handed to another server.
    ada.post("/welcome/sending", {**smtp, "host": "evil.example", "password": ""})
    assert services.saved_relay().password == ""


def test_a_test_email_goes_to_who_installs(ada):
    ada.post("/welcome/letter", LETTER)
    page = ada.post("/welcome/sending", {**SENDING, "do": "test"}).content.decode()
    assert "test inbox" in page
    assert mail.outbox[-1].to == ["ada@example.com"]


def test_the_setting_wins_and_the_page_says_so(ada, monkeypatch):
    ada.post("/welcome/letter", LETTER)
    settings = load().model_copy(update={"smtp_url": "smtp://mail.example.com:25"})
    monkeypatch.setattr(welcome, "load", lambda: settings)
    from postroom.accounts.services import installing

    monkeypatch.setattr(installing, "load", lambda: settings)
    page = ada.get("/welcome/sending").content.decode()
    assert "POSTROOM_SMTP_URL names mail.example.com:25" in page
    assert 'name="host"' not in page
    assert ada.post("/welcome/sending", {"from": SENDING["from"]})["Location"] == "/welcome/people"
    assert Installation.objects.get().smtp_url_sealed is None


def test_the_way_that_cannot_work_is_shown_with_its_reason(ada):
    ada.post("/welcome/letter", LETTER)
    page = ada.get("/welcome/sending").content.decode()
    assert re.search(r'value="direct" disabled.*Not possible', page)


def test_every_installation_made_by_command_skips_it(client, alice):
    assert client.get("/")["Location"] == "/accounts/sign-in"
    Installation.objects.all().delete()
    client.force_login(alice)
    assert client.get("/")["Location"] == "/app/"
