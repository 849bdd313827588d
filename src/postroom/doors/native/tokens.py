"""`/account/tokens`: a user's keys for programs that call this API. Shown once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from postroom.accounts import queries, services
from postroom.accounts.models import Token
from postroom.doors.native.auth import READERS, caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.lib.errors import Forbidden

router = Router(tags=["tokens"])


class TokenOut(Schema):
    """A token as it is listed; its text is never shown again."""

    id: int
    name: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None


class TokenIn(Schema):
    """What the token is for."""

    name: str


class TokenMade(TokenOut):
    """A new token with its text."""

    token: str


@router.get("/account/tokens", response=Listing[TokenOut])
def list_tokens(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The caller's own tokens for this account."""
    who = caller(request)
    found = [_token(each) for each in queries.tokens(who.account_id, user_id=who.user.pk)]
    return listing(found[paging.offset : paging.offset + paging.per_page], len(found), paging)


@router.post("/account/tokens", response={201: TokenMade}, auth=READERS)
def make_token(request: HttpRequest, body: TokenIn) -> Status[Any]:
    """A token with the caller's role in this account, shown this once."""
    who = caller(request)
    if who.by_token:
        raise Forbidden("A token cannot make tokens.", help="Sign in with a browser: Settings, API keys.")
    made, text = services.create_token(account_id=who.account_id, user=who.user, name=body.name)
    return Status(201, {**_token(made), "token": text})


@router.delete("/account/tokens/{token_id}", response={204: None}, auth=READERS)
def revoke_token(request: HttpRequest, token_id: int) -> Status[None]:
    """End one of the caller's tokens at once."""
    who = caller(request)
    services.revoke_token(account_id=who.account_id, token_id=token_id, user=who.user)
    return Status(204, None)


def _token(token: Token) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "hint": f"…{token.last_four}",
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
    }
