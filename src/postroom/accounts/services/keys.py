"""Keys of Kit's API: the public key in clear, the secret as HMAC to find it and sealed to show it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import connection, transaction

from postroom.accounts import key_cache
from postroom.accounts.errors import AccountNotFound, CannotUnseal
from postroom.accounts.models import Account
from postroom.lib import clock, signing, sql
from postroom.settings import load

_ALPHABET = string.ascii_letters + string.digits
_HASH = "api-secret"
_SEAL = "api-secret"


@dataclass(frozen=True)
class KeyPair:
    """Both keys in clear; only handed to whoever has just made them or proved their password."""

    api_key: str
    api_secret: str


@dataclass(frozen=True)
class KeyedAccount:
    """The account a key belongs to, as cached."""

    id: int
    name: str
    time_zone: str
    is_demo: bool
    primary_email: str


def keyring() -> signing.Keyring:
    """The installation's keyring."""
    return _ring(tuple(load().secret_keys()))


@lru_cache(maxsize=4)
def _ring(keys: tuple[bytes, ...]) -> signing.Keyring:
    # Kept, as each look-up of an API secret asks it: deriving a key costs more than the look-up itself.
    return signing.Keyring(keys)


def new_pair() -> KeyPair:
    """Fresh random keys: 22 and 43 letters and digits (131 and 256 bits)."""
    return KeyPair(
        "".join(secrets.choice(_ALPHABET) for _ in range(22)),
        "".join(secrets.choice(_ALPHABET) for _ in range(43)),
    )


def hash_secret(secret: str) -> str:
    """HMAC-SHA-256 with the newest installation key, in hex: what the look-up compares."""
    return hmac.new(keyring().derive(_HASH), secret.encode(), hashlib.sha256).hexdigest()


def columns_of(pair: KeyPair) -> dict[str, object]:
    """The columns of `account` that hold a pair of keys."""
    sealed = signing.seal(keyring(), _SEAL, pair.api_secret.encode())
    return {
        "api_key": pair.api_key,
        "api_secret_hash": hash_secret(pair.api_secret),
        "api_secret_sealed": sealed,
    }


def by_api_key(key: str) -> KeyedAccount | None:
    """The account with this public key, also a replaced one in its grace. Cached for at most 5 s."""
    return key_cache.look_up("key", key, lambda: _find("find_account_by_key", [key]))


def by_api_secret(secret: str) -> KeyedAccount | None:
    """The account with this secret, also a replaced one in its grace. Cached for at most 5 s."""
    wanted = [
        hmac.new(key, secret.encode(), hashlib.sha256).hexdigest() for key in keyring().derive_all(_HASH)
    ]
    return key_cache.look_up("secret", wanted[0], lambda: _find("find_account_by_secret", wanted))


def _find(statement: str, wanted: list[str]) -> tuple[KeyedAccount | None, datetime | None]:
    row = sql.row(sql.load("accounts", statement), {"wanted": wanted})
    if row is None:
        return None, None
    found = KeyedAccount(
        id=row["id"],
        name=row["name"],
        time_zone=row["time_zone"],
        is_demo=row["is_demo"],
        primary_email=row["primary_email"] or "",
    )
    return found, row["valid_until"]


@transaction.atomic
def rotate_keys(*, account_id: int, grace_hours: int = 24) -> KeyPair:
    """Replace both keys; the old ones stay valid for `grace_hours` (0: not at all).

    Raises AccountNotFound."""
    account = Account.objects.select_for_update().filter(id=account_id).first()
    if account is None:
        raise AccountNotFound("There is no such account.")
    pair = new_pair()
    account.previous_api_key = account.api_key if grace_hours else None
    account.previous_api_secret_hash = account.api_secret_hash if grace_hours else None
    account.previous_valid_until = clock.now() + timedelta(hours=grace_hours) if grace_hours else None
    for column, value in columns_of(pair).items():
        setattr(account, column, value)
    account.save()
    tell_changed()
    return pair


def reveal_secret(*, account_id: int) -> str:
    """The secret in clear. The caller has re-authenticated the user. Raises AccountNotFound, CannotUnseal."""
    sealed = Account.objects.filter(id=account_id).values_list("api_secret_sealed", flat=True).first()
    if sealed is None:
        raise AccountNotFound("There is no such account.")
    try:
        return signing.unseal(keyring(), _SEAL, bytes(sealed)).decode()
    except ValueError:
        raise CannotUnseal(
            "The stored API secret cannot be opened with this installation's key.",
            help="Put the former key back into POSTROOM_SECRET_KEY, or rotate the API keys.",
        ) from None


def tell_changed() -> None:
    """Drop what every process has cached about keys, once the present transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {key_cache.CHANNEL}")
    transaction.on_commit(key_cache.clear)
