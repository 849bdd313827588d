"""Secrets and addresses that pass the native and the entry door reach no log and no row in clear."""

import io
import logging
import re
import secrets
import sys
import threading

import pytest
from django.db import connection
from django.test import Client

from postroom.accounts import services
from postroom.config import logs
from postroom.content.models import ContentVersion
from postroom.content.services import open_raw
from postroom.doors.native import session as session_file
from postroom.lib.signing import Keyring
from postroom.settings import load
from tests.support.door import sign_in

pytestmark = pytest.mark.django_db

MARK = f"secret{secrets.token_hex(8)}"
PASSWORD = f"{MARK}-password"
ADDRESS = f"{MARK}@example.com"


@pytest.fixture
def log_lines():
    """Everything that any library logs, as the web process would write it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    logs.set_up("web")
    root.setLevel(logging.DEBUG)
    written = io.StringIO()
    root.handlers[0].setStream(written)
    yield written.getvalue
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = before
    root.setLevel(level)


def database_text() -> str:
    """Every table's rows as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r','p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace"
        )
        names = [row[0] for row in cursor.fetchall()]
        texts = []
        for name in names:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{name}\" t")
            texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def newest_mail() -> str:
    """What the newest mail of the house says: a row of the real ledger, opened as the sender does."""
    body = ContentVersion.objects.filter(kind="raw").latest("id").body
    return open_raw(body, Keyring(load().secret_keys()))["text"]


def test_passwords_tokens_and_keys_stay_out_of_logs_and_tables(settings, log_lines, monkeypatch):
    settings.EMAIL_BACKEND = "postroom.sending.backend.LedgerBackend"  # not the plugin's
    user = services.create_user(
        email="owner@example.com", password=PASSWORD, is_superuser=True, is_verified=True
    )
    account, pair = services.create_account(name="A", owner=user)
    alice = sign_in(user, account)
    _, token = services.create_token(account_id=account.pk, user=user, name="cron")
    invitation = alice.post("team/invitations", {"email": ADDRESS, "role": "editor"})
    assert invitation.status_code == 201
    link = re.search(r"/accounts/invitation/(\S+)", newest_mail())[1]
    relay = {"kind": "smtp", "host": "smtp.example.com", "user": "me", "password": PASSWORD}
    assert alice.put("sending", relay).status_code == 200

    assert Client().post("/accounts/reset", {"email": "owner@example.com"}).status_code == 302
    reset = re.search(r"/accounts/reset/[^-\s]+-(\S+)", newest_mail())[1]
    assert Client().get(f"/accounts/reset/{user.pk}-{reset}x").status_code == 200

    # Every way to be wrong with a secret in hand.
    stranger = Client(raise_request_exception=False)
    stranger.post("/accounts/sign-in", {"login": ADDRESS, "password": PASSWORD + "x"})
    stranger.get(f"/accounts/sign-in?next=/app/?key={MARK}")
    stranger.get(f"/accounts/invitation/{link}x{MARK}")
    stranger.post("/accounts/reset", {"email": ADDRESS})
    stranger.get(f"/accounts/reset/1-{MARK}")
    stranger.get(f"/api/1/nothing?api_secret={MARK}")
    stranger.get("/api/1/session", headers={"Authorization": f"Bearer {token}x"})
    stranger.get(f"/static/entry/{MARK}")
    stranger.get(f"/{MARK}/{ADDRESS}")
    alice.post("account/keys/reveal", {"password": PASSWORD + "x"})
    alice.post("account/keys/reveal", {"password": PASSWORD})
    alice.client.post("/api/1/team/invitations", f'{{"email": "{ADDRESS}"', content_type="application/json")

    def bug(_):
        raise RuntimeError(f"cannot work for {ADDRESS}")

    monkeypatch.setattr(session_file.people, "state_counts", bug)
    assert alice.get(f"session?api_secret={MARK}").status_code == 500

    logged = log_lines()
    assert "api/1/session" in logged  # the log was really looked at, and names the route
    for word in (MARK, token, link, reset, pair.api_secret):
        assert word not in logged, word
    rows = database_text()
    assert "owner@example.com" in rows
    assert '"sealed"' in rows  # the mails were looked at too
    for word in (PASSWORD, token, link, reset, pair.api_secret):
        assert word not in rows, word
