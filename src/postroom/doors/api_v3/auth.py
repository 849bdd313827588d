"""Who calls: the account of a public key or a secret, and what that opens."""

from __future__ import annotations

from dataclasses import dataclass

from postroom.accounts import services as accounts
from postroom.accounts.services import KeyedAccount
from postroom.doors.api_v3.errors import V3Error, unauthorized
from postroom.doors.api_v3.params import Params
from postroom.settings import load

WINDOW_S = 60


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and whether the secret was shown."""

    account: KeyedAccount
    has_secret: bool

    @property
    def account_id(self) -> int:
        return self.account.id

    @property
    def actor(self) -> str:
        """How changes name who made them."""
        return "key:secret" if self.has_secret else "key:public"


def authenticate(params: Params, *, needs_secret: bool) -> Caller:
    """The caller by `api_secret` (whose rights count when both are sent) or `api_key`.

    Raises V3Error 401, 429."""
    secret, key = params.text("api_secret"), params.text("api_key")
    if not secret and not key:
        raise unauthorized("API Key not present")
    account = accounts.by_api_secret(secret) if secret else accounts.by_api_key(key or "")
    if account is None:
        raise unauthorized("API Key not valid")
    if needs_secret and not secret:
        raise unauthorized("You do not have sufficient permissions to access this resource")
    _count(account.id, secret=bool(secret))
    return Caller(account, bool(secret))


def _count(account_id: int, *, secret: bool) -> None:
    limit = load().api_rate_limit
    if limit:
        name = f"v3:{account_id}:{'secret' if secret else 'key'}"
        allowed = accounts.limiter.hit(key=name, limit=limit, window_s=WINDOW_S)
        if not allowed.ok:
            text = f"{limit} requests a minute are allowed. Wait {allowed.retry_after_s} seconds."
            raise V3Error(429, "Rate limit exceeded", text, retry_after_s=allowed.retry_after_s)
