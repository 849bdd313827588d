"""`/account/keys`: the key and secret that Kit's API takes. The secret is shown after the password only."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from postroom.accounts import services
from postroom.doors.native import reauth
from postroom.doors.native.auth import OWNERS, caller
from postroom.lib import clock
from postroom.lib.errors import PostroomError

router = Router(tags=["keys"])


class KeysOut(Schema):
    """The public key; for owners the last four characters of the secret; until when the old keys count."""

    api_key: str
    secret_hint: str
    previous_valid_until: datetime | None


class PasswordIn(Schema):
    """The user's own password."""

    password: str


class RotateIn(Schema):
    """The user's own password, and for how long the old keys go on working."""

    password: str
    grace_hours: int = Field(24, ge=0, le=24 * 30)


class SecretOut(Schema):
    """The secret in clear."""

    api_secret: str


class PairOut(Schema):
    """Both new keys in clear."""

    api_key: str
    api_secret: str


@router.get("/account/keys", response=KeysOut)
def read_keys(request: HttpRequest) -> dict[str, object]:
    """The public API key, and what an owner may know of the secret without a password."""
    who = caller(request)
    until = who.account.previous_valid_until
    return {
        "api_key": who.account.api_key,
        "secret_hint": _hint(who.account_id) if who.may("owner") else "",
        "previous_valid_until": until if until and until > clock.now() else None,
    }


@router.post("/account/keys/reveal", response=SecretOut, auth=OWNERS)
def reveal_secret(request: HttpRequest, body: PasswordIn) -> dict[str, str]:
    """Show the API secret."""
    who = caller(request)
    reauth.demand_password(who, body.password)
    return {"api_secret": services.reveal_secret(account_id=who.account_id)}


@router.post("/account/keys/rotate", response=PairOut, auth=OWNERS)
def rotate_keys(request: HttpRequest, body: RotateIn) -> dict[str, str]:
    """Make new keys. Embedded forms keep working for the grace only: put the new key into their pages."""
    who = caller(request)
    reauth.demand_password(who, body.password)
    pair = services.rotate_keys(account_id=who.account_id, grace_hours=body.grace_hours)
    return {"api_key": pair.api_key, "api_secret": pair.api_secret}


def _hint(account_id: int) -> str:
    try:
        return f"…{services.reveal_secret(account_id=account_id)[-4:]}"
    except PostroomError:
        return "cannot be opened; rotate the keys"
