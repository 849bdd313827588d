"""Account, keys, tokens, team, sending, security, notices over HTTP: by role, never across accounts."""

import re
from threading import Event

import pytest
from django.core import mail
from django.test import Client

from postroom.accounts import key_cache, services
from postroom.accounts.models import Account, Member, Token, User
from postroom.sending import trial
from tests.doors.native.test_api import assert_refused
from tests.support.door import PASSWORD, join


def test_the_session_says_who_where_and_how_mail_leaves(alice):
    body = alice.get("session").json()
    assert body["user"]["email"] == "alice@example.com"
    assert body["account"]["name"] == "Slow Mornings"
    assert body["account"]["role"] == "owner"
    assert body["outlet"] == {"kind": "inbox"}
    assert body["counts"] == {"subscribers_active": 0, "inbox": 0}
    assert [each["id"] for each in body["accounts"]] == [alice.account.pk]
    assert body["csrf_token"]
    assert body["version"]


def test_switching_stays_for_this_browser_and_only_to_ones_own(alice, charlie):
    second, _ = services.create_account(name="Second", owner=alice.user)
    assert alice.post("session/account", {"id": second.pk}).json()["account"]["name"] == "Second"
    assert alice.get("account").json()["name"] == "Second"
    assert_refused(alice.post("session/account", {"id": charlie.account.pk}), 404)
    assert alice.get("account").json()["name"] == "Second"


def test_settings_change_in_part_and_refuse_in_words(alice, admin, bob, viewer):
    assert viewer.get("account").json()["time_zone"] == "Europe/Lisbon"
    assert admin.patch("account", {"postal_address": "1 Slow Lane\nLisbon"}).status_code == 200
    assert alice.get("account").json()["postal_address"] == "1 Slow Lane\nLisbon"
    assert alice.get("account").json()["name"] == "Slow Mornings"
    for person in (bob, viewer):
        assert_refused(person.patch("account", {"name": "Mine"}), 403, "role")
    for body, field in (
        ({"time_zone": "Mars"}, "time_zone"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"reply_to": "x@"}, "reply_to"),
    ):
        refusal = assert_refused(alice.patch("account", body), 422)
        assert refusal["field"] == field
        assert refusal["help"]


def test_only_the_owner_with_the_password_sees_the_secret(alice, admin, bob):
    keys = alice.get("account/keys").json()
    assert keys["api_key"] == alice.account.api_key
    assert bob.get("account/keys").json()["secret_hint"] == ""
    secret = services.reveal_secret(account_id=alice.account.pk)
    assert keys["secret_hint"] == f"…{secret[-4:]}"
    assert alice.post("account/keys/reveal", {"password": PASSWORD}).json() == {"api_secret": secret}
    wrong = assert_refused(alice.post("account/keys/reveal", {"password": "guess"}), 403, "wrong_password")
    assert wrong["field"] == "password"
    for person in (admin, bob):
        assert_refused(person.post("account/keys/reveal", {"password": PASSWORD}), 403, "role")
    _, text = services.create_token(account_id=alice.account.pk, user=alice.user, name="x")
    answer = Client().post(
        "/api/1/account/keys/reveal",
        {"password": PASSWORD},
        content_type="application/json",
        headers={"Authorization": f"Bearer {text}"},
    )
    assert_refused(answer, 403)


def test_guessing_the_password_gets_slow(alice):
    answers = [alice.post("account/keys/reveal", {"password": "guess"}).status_code for _ in range(12)]
    assert answers == [403] * 10 + [429] * 2
    refused = alice.post("account/keys/reveal", {"password": PASSWORD})
    assert int(refused["Retry-After"]) > 0


def test_rotating_keeps_the_old_keys_for_the_grace(alice):
    old = alice.account.api_key
    new = alice.post("account/keys/rotate", {"password": PASSWORD, "grace_hours": 2}).json()
    assert new["api_key"] != old
    key_cache.clear()
    assert services.by_api_key(old).id == services.by_api_secret(new["api_secret"]).id == alice.account.pk
    assert alice.get("account/keys").json()["previous_valid_until"].endswith("Z")
    assert_refused(alice.post("account/keys/rotate", {"password": PASSWORD, "grace_hours": -1}), 422)


def test_a_token_is_shown_once_and_ends_when_revoked(alice, bob):
    made = alice.post("account/tokens", {"name": "cron"})
    assert made.status_code == 201
    text = made.json()["token"]
    listed = alice.get("account/tokens").json()
    assert listed["total"] == 1
    assert text not in str(listed)
    assert bob.get("account/tokens").json()["total"] == 0
    assert_refused(bob.delete(f"account/tokens/{made.json()['id']}"), 404)
    assert Client().get("/api/1/account", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    assert alice.get("account/tokens").json()["items"][0]["last_used_at"]
    assert alice.delete(f"account/tokens/{made.json()['id']}").status_code == 204
    assert_refused(Client().get("/api/1/account", headers={"Authorization": f"Bearer {text}"}), 401)
    assert not Token.objects.filter(token_hash=text).exists()


def test_inviting_changing_and_removing(alice, admin, bob, viewer):
    made = admin.post("team/invitations", {"email": "new@example.com", "role": "editor"})
    assert made.status_code == 201
    assert re.search(r"/accounts/invitation/\S+", mail.outbox[-1].body)
    assert alice.get("team").json()["invitations"][0]["email"] == "new@example.com"
    assert bob.get("team").json()["invitations"] == []
    assert_refused(bob.post("team/invitations", {"email": "x@example.com", "role": "viewer"}), 403)
    assert_refused(admin.post("team/invitations", {"email": "x@example.com", "role": "owner"}), 403)
    assert admin.delete(f"team/invitations/{made.json()['id']}").status_code == 204
    assert_refused(admin.delete(f"team/invitations/{made.json()['id']}"), 404)

    ids = {each["email"]: each["id"] for each in alice.get("team").json()["members"]}
    changed = alice.patch(f"team/members/{ids['bob@example.com']}", {"role": "viewer"})
    assert changed.json()["role"] == "viewer"
    assert_refused(alice.patch(f"team/members/{ids['alice@example.com']}", {"role": "viewer"}), 409)
    assert_refused(admin.delete(f"team/members/{ids['alice@example.com']}"), 403)
    assert_refused(viewer.delete(f"team/members/{ids['bob@example.com']}"), 403)
    assert viewer.delete(f"team/members/{ids['viewer@example.com']}").status_code == 204  # one may leave
    assert_refused(viewer.get("session"), 403, "no_account")


def test_another_accounts_rows_do_not_exist(alice, bob, charlie):
    member = Member.objects.get(user=bob.user)
    token, _ = services.create_token(account_id=alice.account.pk, user=alice.user, name="t")
    alice.post("team/invitations", {"email": "new@example.com", "role": "editor"})
    invitation = alice.get("team").json()["invitations"][0]["id"]
    notice = services.notify(account_id=alice.account.pk, key="k", level="warn", title="Hers")
    for method, path, body in (
        ("patch", f"team/members/{member.pk}", {"role": "viewer"}),
        ("delete", f"team/members/{member.pk}", None),
        ("delete", f"team/invitations/{invitation}", None),
        ("delete", f"account/tokens/{token.pk}", None),
        ("post", f"notices/{notice}/resolve", {}),
    ):
        assert_refused(charlie.call(method, path, body), 404)
    assert charlie.get("notices").json()["total"] == 0
    assert alice.get("notices").json()["items"][0]["title"] == "Hers"
    assert bob.post(f"notices/{notice}/resolve").status_code == 204


def test_the_mail_server_is_chosen_by_who_runs_the_installation(alice, charlie):
    assert charlie.get("sending").json()["kind"] == "inbox"
    body = {"kind": "smtp", "host": "smtp.example.com", "port": 587, "user": "me", "password": "p@ss"}
    assert_refused(charlie.put("sending", body), 403, "not_operator")
    saved = alice.put("sending", body).json()
    assert (saved["kind"], saved["host"]) == ("smtp", "smtp.example.com:587")
    assert services.saved_relay().password == "p@ss"
    assert b"p@ss" not in alice.get("sending").content
    assert alice.get("session").json()["outlet"] == {"kind": "smtp"}
    assert alice.put("sending", {"kind": "inbox"}).json()["kind"] == "inbox"
    assert assert_refused(alice.put("sending", {"kind": "smtp", "host": " "}), 422)["field"] == "host"
    assert assert_refused(alice.put("sending", {"kind": "smtp", "url": "http://x"}), 422)["field"] == "url"


def test_the_setting_wins_over_the_screens(alice, monkeypatch):
    from postroom.doors.native import sending
    from postroom.settings import load

    set_by_operator = load().model_copy(update={"smtp_url": "smtp://mail.example.com:25"})
    monkeypatch.setattr(sending, "load", lambda: set_by_operator)
    refused = assert_refused(alice.put("sending", {"kind": "inbox"}), 409, "by_setting")
    assert "POSTROOM_SMTP_URL" in refused["message"]


def test_trying_a_server_says_what_happened(alice, unused_tcp_port):
    tried = alice.post(
        "sending/try", {"kind": "smtp", "host": "127.0.0.1", "port": unused_tcp_port, "security": "none"}
    ).json()
    assert tried["ok"] is False
    assert tried["message"] == f"No connection to 127.0.0.1, port {unused_tcp_port}: nothing answers there."
    assert tried["help"]


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp_server(unused_tcp_port):
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    def check(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"me", b"right"))

    server = Controller(
        object(), hostname="127.0.0.1", port=unused_tcp_port, authenticator=check, auth_require_tls=False
    )
    server.start()
    yield unused_tcp_port
    server.stop()


def test_a_real_server_takes_the_right_password_only(smtp_server):
    url = "smtp://me:{}@127.0.0.1:" + str(smtp_server)
    good = trial.try_relay(url.format("right"))
    assert good.ok, good
    assert re.fullmatch(r"Answered in \d+ ms, no encryption, password accepted\.", good.message)
    bad = trial.try_relay(url.format("wrong"))
    assert not bad.ok
    assert "password" in bad.message
    assert bad.help
    demanding = trial.try_relay(f"smtp+starttls://127.0.0.1:{smtp_server}")
    assert not demanding.ok
    assert "STARTTLS" in demanding.message


def test_a_test_email_goes_to_whom_one_names(alice, bob):
    assert alice.post("sending/test", {"to": "me@example.com"}).json() == {"to": "me@example.com"}
    assert mail.outbox[-1].to == ["me@example.com"]
    assert mail.outbox[-1].extra_headers["X-Postroom-Account"] == str(alice.account.pk)
    assert alice.post("sending/test", {}).json() == {"to": "alice@example.com"}
    assert assert_refused(alice.post("sending/test", {"to": "nobody"}), 422)["field"] == "to"
    assert_refused(bob.post("sending/test", {"to": "me@example.com"}), 403)


def test_security_shows_ones_own_sessions(alice):
    alice.get("session")
    body = alice.get("security").json()
    assert body["has_totp"] is False
    assert body["passkeys"] == 0
    assert_refused(alice.delete("security/sessions/999"), 404)


def test_only_who_runs_the_installation_makes_accounts(alice, charlie):
    assert_refused(charlie.post("accounts", {"name": "More"}), 403)
    made = alice.post("accounts", {"name": "Second", "time_zone": "Europe/Berlin"})
    assert made.status_code == 201
    assert alice.get("account").json()["id"] == made.json()["id"]


def test_an_account_is_deleted_with_password_and_name_only(alice, admin):
    right = {"password": PASSWORD, "name": "Slow Mornings"}
    assert_refused(admin.delete("account", right), 403, "role")
    assert_refused(alice.delete("account", {**right, "password": "no"}), 403, "wrong_password")
    assert assert_refused(alice.delete("account", {**right, "name": "x"}), 422)["field"] == "name"
    assert Account.objects.filter(id=alice.account.pk).exists()
    assert alice.delete("account", right).status_code == 204
    assert_refused(alice.get("account"), 403)
    assert services.by_api_key(alice.account.api_key) is None
    assert services.delete_ended(Event()) == 1  # the worker, a moment later
    assert not Account.objects.filter(id=alice.account.pk).exists()
    assert User.objects.filter(id=alice.user.pk).exists()


def test_the_demo_goes_with_its_people_and_leaves_the_others(alice, charlie):
    Account.objects.filter(id=charlie.account.pk).update(is_demo=True)
    helper = join(charlie, "editor", "helper@example.com")
    assert_refused(helper.post("demo/remove"), 403)
    assert charlie.post("demo/remove").json() == {"removed": 1}
    assert not Account.objects.filter(is_demo=True).exists()
    assert not User.objects.filter(email__in=["charlie@example.com", "helper@example.com"]).exists()
    assert alice.get("account").json()["name"] == "Slow Mornings"
    assert_refused(charlie.get("session"), 401)


def test_time_zones_are_listed(alice):
    items = alice.get("time_zones").json()["items"]
    assert "Europe/Lisbon" in items
    assert "UTC" in items


def test_a_leaked_token_never_becomes_a_member(alice, bob):
    _, text = services.create_token(account_id=alice.account.pk, user=alice.user, name="x")
    program, bearer = Client(), {"Authorization": f"Bearer {text}"}
    member = Member.objects.get(account=alice.account, user=bob.user).pk
    attempts = [
        program.post("/api/1/team/invitations", {"email": "eve@example.com", "role": "owner"},
                     content_type="application/json", headers=bearer),
        program.patch(f"/api/1/team/members/{member}", {"role": "owner"}, content_type="application/json",
                      headers=bearer),
        program.delete(f"/api/1/team/members/{member}", headers=bearer),
        program.delete("/api/1/team/invitations/1", headers=bearer),
    ]  # fmt: skip
    assert [each.status_code for each in attempts] == [403] * 4
    assert Member.objects.get(id=member).role == "editor"


def test_a_mail_server_that_fails_is_said_on_home_and_in_the_settings(alice):
    from postroom.accounts.models import Installation
    from postroom.lib import signing, sql
    from postroom.settings import load

    sealed = signing.seal(signing.Keyring(load().secret_keys()), "smtp-url", b"smtp://relay.example:25")
    Installation.objects.update_or_create(id=1, defaults={"smtp_url_sealed": sealed})
    beat = "INSERT INTO heartbeat (name, kind, seen_at, detail) VALUES ('s', 'sender', now(), %s::jsonb)"
    sql.execute(beat, ['{"trouble": "cannot connect: [Errno 111] Connect call failed"}'])
    found = alice.get("sending").json()
    assert (found["ok"], "nothing answers there" in found["last_error"]) == (False, True)
    status = alice.get("home?range=30").json()["status"]
    assert (status["level"], "nothing answers there" in status["text"]) == ("warn", True)
    sql.execute("UPDATE heartbeat SET detail = '{}'")
    assert alice.get("sending").json()["ok"]
    assert alice.get("home?range=30").json()["status"]["level"] == "ok"
