"""Signing in and out, reset, second factor, sessions: over HTTP, without JavaScript."""

import re

import pytest
from django.core import mail
from django.test import Client

from postroom.accounts import rules, services
from postroom.accounts.models import Account, User
from postroom.doors.entry import adapter
from postroom.lib import sql
from postroom.settings import load
from tests.support.door import PASSWORD

SIGN_IN = "/accounts/sign-in"


def sign_in(client, email="alice@example.com", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def sign_in_surely(client):
    """Signed in, and the password given once more, as changes of the sign-in ask for."""
    sign_in(client)
    assert client.post("/accounts/confirm", {"password": PASSWORD}).status_code == 302


def test_changing_how_one_signs_in_asks_for_the_password_once_more(client, alice):
    sign_in(client)
    for path in ("app", "codes/new", "passkeys/new"):
        answer = client.get(f"/accounts/security/{path}")
        assert (
            answer["Location"]
            == f"/accounts/confirm?next=%2Faccounts%2Fsecurity%2F{path.replace('/', '%2F')}"
        )
    wrong = client.post("/accounts/confirm", {"password": "guess"})
    assert "not your password" in wrong.content.decode()
    answer = client.post("/accounts/confirm", {"password": PASSWORD, "next": "/accounts/security/app"})
    assert answer["Location"] == "/accounts/security/app"


def test_the_right_pair_opens_the_door(client, alice):
    answer = sign_in(client, remember="on")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/")["Location"] == "/app/"
    assert client.session.get_expiry_age() > 29 * 24 * 3600


def test_without_the_tick_the_session_ends_with_the_browser(client, alice):
    sign_in(client)
    assert client.session.get_expire_at_browser_close()


def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(client, alice):
    answers = [
        sign_in(client, password="not this one"),
        sign_in(client, email="nobody@example.com", password="not this one"),
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    said = [re.search(r'role="alert">([^<]+)<', answer.content.decode())[1] for answer in answers]
    assert said[0] == said[1]
    assert 'value="alice@example.com"' in answers[0].content.decode()  # what was typed stays
    assert "not this one" not in answers[0].content.decode()


@pytest.fixture
def long_waits(monkeypatch):
    """A wait that no slow machine outlasts by accident; `pass_time` lets it pass."""
    monkeypatch.setattr(rules, "sign_in_wait_s", lambda failures, limit: 50 if failures >= limit else 0)


def pass_time():
    sql.execute("""UPDATE shared_cache SET value = '{"from": 0}' WHERE key LIKE 'wait:%%'""")


def test_fifty_wrong_passwords_are_slowed_down_and_the_right_one_gets_in_after_its_wait(
    client, alice, long_waits
):
    answers = [sign_in(client, password=f"guess {i}") for i in range(50)]
    statuses = [answer.status_code for answer in answers]
    assert statuses.count(422) == 10
    assert set(statuses[10:]) == {429}
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert "nothing is locked" in answers[-1].content.decode()
    assert sign_in(client).status_code == 429  # the right one waits as well
    pass_time()
    assert sign_in(client).status_code == 302


def test_who_has_waited_gets_in_however_busily_others_guess(client, alice, long_waits):
    guesser = Client(REMOTE_ADDR="203.0.113.9")
    for i in range(12):
        sign_in(guesser, password=f"guess {i}")
    stranger = Client(REMOTE_ADDR="198.51.100.7")  # Alice, far from her own browser
    assert sign_in(stranger).status_code == 429
    pass_time()
    for i in range(5):
        sign_in(guesser, password=f"another {i}")
    assert sign_in(stranger).status_code == 302


def test_one_wait_lets_one_try_through(client, alice, long_waits):
    for i in range(11):
        sign_in(client, password=f"guess {i}")
    pass_time()
    assert [sign_in(client, password="guess").status_code for _ in range(3)] == [422, 429, 429]


def test_waits_grow_to_a_minute():
    assert [rules.sign_in_wait_s(n, 10) for n in (0, 9.9, 10, 11, 12, 14, 15, 400)] == [
        0, 0, 2, 4, 8, 32, 60, 60
    ]  # fmt: skip


def test_a_browser_that_knows_the_user_is_counted_by_itself(client, alice, long_waits):
    assert sign_in(client).status_code == 302
    client.post("/accounts/sign-out")
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for i in range(15):
        sign_in(stranger, password=f"guess {i}")
    assert sign_in(stranger).status_code == 429
    assert sign_in(client).status_code == 302


def test_signing_in_often_slows_nobody_down(alice):
    for _ in range(60):
        assert sign_in(Client()).status_code == 302


def test_an_address_far_away_may_fail_fifty_times_an_hour(alice, long_waits):
    stranger = Client(REMOTE_ADDR="2001:db8::1")
    statuses = [sign_in(stranger, email=f"user{i}@example.com").status_code for i in range(50)]
    assert set(statuses) == {422}
    neighbour = Client(REMOTE_ADDR="2001:db8::2")  # whoever has a /64 has all of its addresses
    refused = sign_in(neighbour)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) <= 60
    assert sign_in(Client(REMOTE_ADDR="203.0.113.10")).status_code == 302
    pass_time()
    assert sign_in(neighbour).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/app/subscribers?state=active", "/app/subscribers?state=active"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/app/", "/"),
    ],
)
def test_redirects_lead_to_own_paths_only(client, alice, wanted, leads_to):
    assert sign_in(client, next=wanted)["Location"] == leads_to


def test_signing_out_needs_a_button(client, alice):
    client.force_login(alice)
    assert client.get("/accounts/sign-out").status_code == 200
    assert client.get("/")["Location"] == "/app/"
    client.post("/accounts/sign-out")
    assert client.get("/")["Location"] == SIGN_IN


def test_the_app_sends_signed_out_people_to_the_door_and_back(client, alice):
    answer = client.get("/app/subscribers?tag=3")
    assert answer["Location"] == f"{SIGN_IN}?next=/app/subscribers%3Ftag%3D3"


def test_a_forgotten_password_is_replaced_by_mail_with_a_link_to_the_public_url(client, alice):
    client.post("/accounts/reset", {"email": "Alice@example.com"}, headers={"Host": "evil.example"})
    link = re.search(r"http\S+/accounts/reset/\S+", mail.outbox[-1].body)[0]
    assert link.startswith(load().public_url)
    page = client.get(link.removeprefix(load().public_url), follow=True)
    path = page.redirect_chain[-1][0]
    weak = client.post(path, {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    assert "too short" in weak.content.decode()
    new = {"password1": "a whole new sentence", "password2": "a whole new sentence"}
    assert client.post(path, new)["Location"] == "/accounts/reset/done"
    assert sign_in(client).status_code == 422
    assert sign_in(client, password="a whole new sentence").status_code == 302
    again = Client().get(link.removeprefix(load().public_url))
    assert "no longer works" in again.content.decode()


def test_a_reset_tells_nobody_which_addresses_exist(client, alice):
    known = client.post("/accounts/reset", {"email": "alice@example.com"})
    unknown = client.post("/accounts/reset", {"email": "nobody@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]


def test_a_new_address_counts_once_its_link_was_opened(client, alice):
    sign_in_surely(client)
    client.post("/accounts/email", {"email": "new@example.com", "action_add": ""})
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
    link = re.search(r"http\S+(/accounts/email/confirm/\S+)", mail.outbox[-1].body)[1]
    assert mail.outbox[-1].to == ["new@example.com"]
    assert "Is new@example.com yours?" in client.get(link).content.decode()
    client.post(link)
    alice.refresh_from_db()
    assert alice.email == "new@example.com"


def current_code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


@pytest.fixture
def with_totp(client, alice):
    sign_in_surely(client)
    page = client.get("/accounts/security/app").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)[1]
    assert 'src="data:image/svg+xml;base64,' in page
    answer = client.post("/accounts/security/app", {"code": current_code(secret)})
    assert answer["Location"] == "/accounts/security/codes"
    return secret


def test_codes_from_an_app_are_asked_after_the_password(client, alice, with_totp):
    from allauth.mfa.models import Authenticator

    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert with_totp not in stored  # sealed
    other = Client()
    assert sign_in(other)["Location"] == "/accounts/code"
    assert other.get("/")["Location"] == SIGN_IN
    wrong = other.post("/accounts/code", {"code": "000000"})
    assert "not right" in wrong.content.decode()
    assert other.post("/accounts/code", {"code": current_code(with_totp)}).status_code == 302
    assert other.get("/")["Location"] == "/app/"


def test_a_recovery_code_works_once(client, alice, with_totp):
    page = client.get("/accounts/security/codes").content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", page)
    assert len(codes) == 10
    for attempt, status in ((1, 302), (2, 200)):
        other = Client()
        sign_in(other)
        assert other.post("/accounts/code", {"code": codes[0]}).status_code == status, attempt
    file = client.get("/accounts/security/codes/file")
    assert codes[0] not in file.content.decode()
    assert codes[1] in file.content.decode()


def test_switching_the_codes_off_asks_first(client, alice, with_totp):
    assert client.get("/accounts/security/app/off").status_code == 200
    client.post("/accounts/security/app/off")
    assert sign_in(Client())["Location"] == "/"


def test_a_second_factor_is_sealed_anew_with_a_new_installation_key(alice, with_totp, monkeypatch):
    from allauth.mfa.models import Authenticator

    from postroom.accounts.services import keys
    from postroom.lib.signing import Keyring

    old = load().secret_keys()[0]
    monkeypatch.setattr(keys, "keyring", lambda: Keyring([b"n" * 32, old]))
    assert services.reseal() == 3  # the app's key, the recovery codes, the account's API secret
    monkeypatch.setattr(keys, "keyring", lambda: Keyring([b"n" * 32]))
    assert adapter.MFAAdapter().decrypt(Authenticator.objects.get(type="totp").data["secret"]) == with_totp


def test_other_browsers_can_be_signed_out(client, alice):
    sign_in(client)
    others = [Client(headers={"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}) for _ in range(3)]
    for other in others:
        sign_in(other)
    page = client.get("/accounts/security").content.decode()
    assert page.count("Firefox on Linux") == 3
    first = re.search(r'name="session" value="(\d+)"', page)[1]
    client.post("/accounts/security/sessions", {"session": first})
    assert [other.get("/")["Location"] for other in others].count(SIGN_IN) == 1
    client.post("/accounts/security/sessions", {"session": "others"})
    assert {other.get("/")["Location"] for other in others} == {SIGN_IN}
    assert client.get("/")["Location"] == "/app/"


def test_nobody_ends_anothers_session(client, alice):
    services.create_user(email="bob@example.com", password=PASSWORD)
    bob = Client()
    sign_in(bob, email="bob@example.com")
    from allauth.usersessions.models import UserSession

    sign_in(client)
    client.post(
        "/accounts/security/sessions",
        {"session": str(UserSession.objects.get(user__email="bob@example.com").pk)},
    )
    assert bob.get("/")["Location"] == "/app/"


def test_a_change_of_password_keeps_this_browser_and_tells_the_user(client, alice):
    sign_in(client)
    body = {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"}
    wrong = client.post("/accounts/security/password", {**body, "oldpassword": "no"})
    assert "not your present password" in wrong.content.decode()
    assert client.post("/accounts/security/password", body)["Location"] == "/accounts/security"
    assert client.get("/")["Location"] == "/app/"
    assert mail.outbox[-1].to == ["alice@example.com"]
    assert load().public_url in mail.outbox[-1].body


def test_nobody_makes_a_user_by_themselves(client, alice):
    body = {"email": "me@example.com", "password1": "long enough to keep"}
    assert "invitation only" in client.post("/accounts/join", body).content.decode().lower()
    assert not User.objects.filter(email="me@example.com").exists()


def test_the_demo_is_refused_where_others_can_reach_it(client, alice, monkeypatch):
    Account.objects.update(is_demo=True)
    assert sign_in(client).status_code == 302
    open_to_all = load().model_copy(update={"bind": "0.0.0.0:8000"})
    assert not open_to_all.is_local
    monkeypatch.setattr(adapter, "load", lambda: open_to_all)
    stranger = Client()
    refused = sign_in(stranger)
    assert refused.status_code == 403
    assert "postroom account create" in refused.content.decode()
    assert stranger.get("/")["Location"] == SIGN_IN


def test_argon2_keeps_the_passwords():
    from django.conf import settings as configured

    from postroom.config import django as base

    assert base.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert configured.SESSION_COOKIE_HTTPONLY


@pytest.mark.parametrize(
    ("public_url", "reason"),
    [
        ("https://mail.example.com", ""),
        ("http://localhost:8000", ""),
        ("http://127.0.0.1:8000", "host name"),
        ("https://[2001:db8::1]", "host name"),
        ("http://mail.example.com", "https"),
    ],
)
def test_passkeys_are_offered_where_they_can_work(client, alice, monkeypatch, public_url, reason):
    monkeypatch.setattr(adapter, "load", lambda: load().model_copy(update={"public_url": public_url}))
    page = client.get(SIGN_IN).content.decode()
    assert ("Sign in with a passkey" in page) == (reason == "")
    assert ("passkey.js" in page) == (reason == "")
    sign_in_surely(client)
    security = client.get("/accounts/security").content.decode()
    assert reason in security
    assert client.get("/accounts/security/passkeys/new").status_code == (409 if reason else 200)
    entity = adapter.MFAAdapter().get_public_key_credential_rp_entity()
    assert entity["id"] == public_url.split("//")[1].split(":8000")[0].strip("[]")
