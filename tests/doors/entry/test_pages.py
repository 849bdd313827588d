"""Invitations, the screens' page, static files, and the laws that hold for all pages of this door."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import get_resolver

from postroom.accounts import queries, services
from postroom.accounts.models import Account
from postroom.config import django as configured
from postroom.doors.entry import files
from postroom.doors.entry import urls as entry_urls
from tests.support.door import PASSWORD

ENTRY = Path(files.__file__).parent


@pytest.fixture
def invitation(alice):
    account = Account.objects.get(name="Slow Mornings")
    services.invite(
        account_id=account.pk, email="bob@example.com", role="editor", invited_by=alice, inviter_role="owner"
    )
    return re.search(r"(/accounts/invitation/\S+)", mail.outbox[-1].body)[1]


def test_a_new_person_joins_with_a_name_and_a_password_and_is_signed_in(client, invitation):
    page = client.get(invitation).content.decode()
    assert "Join Slow Mornings" in page
    assert "bob@example.com" in page
    weak = client.post(invitation, {"name": "Bob", "password": "short"})
    assert weak.status_code == 422
    assert "too short" in weak.content.decode()
    assert client.post(invitation, {"name": "Bob", "password": PASSWORD}).status_code == 302
    assert client.get("/")["Location"] == "/app/"
    assert queries.memberships(user_id=queries.user_by_email("bob@example.com").pk)[0].role == "editor"
    gone = Client().get(invitation)
    assert gone.status_code == 404
    assert "no longer open" in gone.content.decode()


def test_a_known_person_signs_in_first_and_joins_with_a_button(client, invitation):
    bob = services.create_user(email="bob@example.com", password=PASSWORD)
    page = client.get(invitation).content.decode()
    assert f"/accounts/sign-in?next={invitation}" in page
    assert 'name="password"' not in page
    client.force_login(bob)
    assert queries.memberships(user_id=bob.pk) == []  # a GET changes nothing
    assert client.post(invitation)["Location"] == "/app/"
    assert len(queries.memberships(user_id=bob.pk)) == 1


def test_somebody_elses_invitation_cannot_be_taken(client, alice, invitation):
    client.force_login(alice)
    assert "is for bob@example.com" in client.get(invitation).content.decode()
    client.post(invitation)
    assert len(queries.memberships(user_id=alice.pk)) == 1
    assert services.open_invitation(token=invitation.rpartition("/")[2])


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A front end as the build leaves it."""
    (tmp_path / "assets").mkdir()
    script = 'document.documentElement.dataset.theme="auto"'
    (tmp_path / "index.html").write_text(f"<!doctype html><script>{script}</script><div id=root></div>")
    (tmp_path / "assets" / "index-abc123.js").write_text("console.log(1)" * 100)
    monkeypatch.setattr(files, "ASSETS", tmp_path)
    files._folders.cache_clear()
    yield script
    files._folders.cache_clear()


def test_every_path_of_the_app_is_its_one_page_under_a_strict_policy(client, alice, built):
    client.force_login(alice)
    for path in ("/app/", "/app", "/app/broadcasts/3/edit"):
        page = client.get(path)
        assert page.status_code == 200
        assert page["Cache-Control"] == "no-cache"
        policy = page["Content-Security-Policy"]
        digest = base64.b64encode(hashlib.sha256(built.encode()).digest()).decode()
        assert f"script-src 'self' 'sha256-{digest}';" in policy
        assert "object-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "csrftoken" in page.cookies


def test_without_built_screens_a_page_names_the_command(client, alice, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "ASSETS", tmp_path / "none")
    client.force_login(alice)
    page = client.get("/app/")
    assert page.status_code == 503
    assert "make setup" in page.content.decode()
    assert client.get("/accounts/security").status_code == 200


def test_built_files_are_kept_for_ever_and_sent_small(client, db, built):
    answer = client.get("/static/app/assets/index-abc123.js", headers={"Accept-Encoding": "gzip, br"})
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert len(answer.content) < 200
    plain = client.get("/static/app/assets/index-abc123.js")
    assert "Content-Encoding" not in plain
    assert b"".join(plain.streaming_content).startswith(b"console.log(1)")
    plain.close()


@pytest.mark.parametrize(
    "path",
    [
        "app/../../config/django.py",
        "app/%2e%2e/%2e%2e/config/django.py",
        "entry//etc/passwd",
        "entry/none.css",
        "config/django.py",
        "entry/",
        "entry/../adapter.py",
    ],
)
def test_nothing_outside_the_static_folders_is_sent(client, db, path):
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 404
    assert b"SECRET" not in answer.content


def pages_of_this_door() -> list[str]:
    texts = [str(pattern.pattern) for pattern in entry_urls.urlpatterns]
    return [f"/{text}" for text in texts if re.fullmatch(r"(accounts|welcome)[\w/-]*", text)]


def test_every_page_forbids_foreign_and_inline_scripts_and_styles(client, alice):
    seen = set()
    for signed_in in (False, True):
        if signed_in:
            client.force_login(alice)
        for path in pages_of_this_door():
            answer = client.get(path)
            if answer.status_code != 200:  # on to the sign-in page, or once more for the password
                assert answer.status_code in (302, 404, 405), path
                continue
            policy = answer["Content-Security-Policy"]
            assert "default-src 'none'" in policy, path
            assert "unsafe" not in policy, path
            assert answer["X-Frame-Options"] == "DENY"
            if answer["Content-Type"].startswith("text/html"):
                text = answer.content.decode()
                assert not re.search(r"<script(?! src=\"/static/| id=\"passkey-data\")", text), path
                assert not re.search(r"<style| style=| on\w+=", text), path
                seen.add(path)
    assert len(seen) > 10


def test_only_pages_with_a_passkey_button_may_run_a_script(client, alice):
    assert "script-src 'self'" in client.get("/accounts/sign-in")["Content-Security-Policy"]
    assert "script-src" not in client.get("/accounts/reset")["Content-Security-Policy"]
    assert client.get("/accounts/sign-in")["Referrer-Policy"] == "same-origin"


def test_forms_of_other_sites_are_refused_with_a_next_step(alice):
    strict = Client(enforce_csrf_checks=True)
    for path in ("/accounts/sign-in", "/accounts/reset", "/accounts/sign-out", "/welcome/you"):
        answer = strict.post(path, {"login": "alice@example.com", "password": PASSWORD})
        assert answer.status_code == 403
        assert "load the page again" in answer.content.decode()


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, alice):
    answer = client.post("/accounts/sign-in", {"login": "alice@example.com", "password": PASSWORD})
    for name in ("session", "known"):
        cookie = answer.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]


def test_on_https_cookies_carry_the_host_prefix():
    import os
    import subprocess
    import sys

    code = (
        "import postroom.config.django as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_SAMESITE)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "POSTROOM_PUBLIC_URL": "https://mail.example.com"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["__Host-session", "__Host-csrftoken", "True", "True", "Lax"]
    assert configured.SESSION_COOKIE_NAME == "session"


def test_stylesheets_stay_small():
    import gzip

    for name in ("entry.css", "welcome.css"):
        assert len(gzip.compress((ENTRY / "static" / "entry" / name).read_bytes())) < 5_000


def test_every_name_that_allauth_looks_for_is_a_page_of_ours(db):
    import allauth

    looked_for = set()
    for file in Path(allauth.__file__).parent.rglob("*.py"):
        if any(part in ("socialaccount", "headless", "idp", "tests") for part in file.parts):
            continue
        looked_for |= set(
            re.findall(r"reverse(?:_lazy)?\(\s*\"((?:account|mfa|usersessions)_\w+)\"", file.read_text())
        )
    unused = {
        "account_confirm_login_code",
        "account_request_login_code",
        "account_signup_by_passkey",
        "account_verify_phone",
        "account_change_phone",
        "account_confirm_password_reset_code",
        "account_complete_password_reset",
        "account_password_reset_completed",
        "mfa_signup_webauthn",
        "mfa_trust",
    }
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert looked_for - unused - known == set()
