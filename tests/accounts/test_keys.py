"""Keys: found by hash, shown after unsealing, replaced with a grace, forgotten by every process at once."""

import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from postroom.accounts import key_cache, services
from postroom.accounts.models import Account
from postroom.lib import clock
from postroom.settings import load

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_cache():
    key_cache.clear()
    yield
    key_cache.clear()


def test_a_new_account_is_found_by_both_keys_and_stores_no_secret():
    account, pair = services.create_account(name="Slow Mornings")
    assert services.by_api_key(pair.api_key).id == account.pk
    assert services.by_api_secret(pair.api_secret).id == account.pk
    assert services.by_api_key(pair.api_secret) is None
    assert services.by_api_secret(pair.api_key) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT account::text FROM account WHERE id = %s", [account.pk])
        row = cursor.fetchone()[0]
    assert pair.api_secret not in row
    assert pair.api_secret.encode().hex() not in row


def test_the_secret_can_be_shown_again():
    account, pair = services.create_account(name="A")
    assert services.reveal_secret(account_id=account.pk) == pair.api_secret


def test_replaced_keys_stay_valid_for_their_grace_only():
    account, old = services.create_account(name="A")
    new = services.rotate_keys(account_id=account.pk, grace_hours=1)
    for pair in (old, new):
        assert services.by_api_key(pair.api_key).id == account.pk
        assert services.by_api_secret(pair.api_secret).id == account.pk
    Account.objects.filter(id=account.pk).update(previous_valid_until=clock.now() - timedelta(seconds=1))
    key_cache.clear()
    assert services.by_api_key(old.api_key) is None
    assert services.by_api_secret(old.api_secret) is None
    assert services.by_api_secret(new.api_secret).id == account.pk


def test_without_grace_the_old_keys_end_at_once():
    account, old = services.create_account(name="A")
    assert services.by_api_secret(old.api_secret)
    services.rotate_keys(account_id=account.pk, grace_hours=0)
    assert services.by_api_secret(old.api_secret) is None
    assert services.by_api_key(old.api_key) is None


def test_another_process_drops_its_cache_when_keys_change():
    account, pair = services.create_account(name="A")
    assert services.by_api_secret(pair.api_secret)
    deadline = time.monotonic() + 20  # the listener pauses after each database that went away
    while not _listens():
        assert time.monotonic() < deadline, "the listener never listened"
        time.sleep(0.02)
    assert services.by_api_secret(pair.api_secret)
    # As another process would: change the row and NOTIFY on a connection of its own.
    with psycopg.connect(load().database_dsn(), autocommit=True) as other:
        other.execute("UPDATE account SET api_secret_hash = 'x' WHERE id = %s", [account.pk])
        assert services.by_api_secret(pair.api_secret), "the answer was not cached"
        other.execute(f"NOTIFY {key_cache.CHANNEL}")
    deadline = time.monotonic() + 2  # well under the 5 seconds of the cache
    while services.by_api_secret(pair.api_secret) is not None:
        assert time.monotonic() < deadline, "the cache outlived the NOTIFY"
        time.sleep(0.02)


def _listens() -> bool:
    with psycopg.connect(load().database_dsn(), autocommit=True) as other:
        found = other.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query = %s", [f"LISTEN {key_cache.CHANNEL}"]
        ).fetchone()
    return bool(found and found[0])


def test_the_installations_account_answers_to_no_key():
    account = services.installation_account()
    assert services.by_api_key(account.api_key) is None
    assert services.installation_account().pk == account.pk


def test_after_the_installation_key_changes_everything_is_found_and_can_be_sealed_anew(monkeypatch):
    from postroom.accounts.rules import Relay
    from postroom.accounts.services import keys
    from postroom.lib.signing import Keyring

    account, pair = services.create_account(name="A")
    services.save_relay(relay=Relay("smtp.example.com", 587, "me", "p:w@d"))
    first = load().secret_keys()[0]
    monkeypatch.setattr(keys, "keyring", lambda: Keyring([b"n" * 32, first]))
    assert services.by_api_secret(pair.api_secret).id == account.pk
    assert services.reseal() == 2
    monkeypatch.setattr(keys, "keyring", lambda: Keyring([b"n" * 32]))
    key_cache.clear()
    assert services.by_api_secret(pair.api_secret).id == account.pk
    assert services.reveal_secret(account_id=account.pk) == pair.api_secret
    assert services.saved_relay() == Relay("smtp.example.com", 587, "me", "p:w@d")
