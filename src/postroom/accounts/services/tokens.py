"""Tokens: keys of programs to /api/1, shown once, kept as hash only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from postroom.accounts.errors import Invalid, NotFound
from postroom.accounts.models import Account, Member, Token, User
from postroom.lib import clock

PREFIX = "pr_"
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class TokenHolder:
    """Whom a token speaks for, with the role the user has now."""

    user: User
    account: Account
    account_id: int
    role: str


def hash_token(token: str) -> str:
    """SHA-256 in hex: a token has 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(*, account_id: int, user: User, name: str) -> tuple[Token, str]:
    """A token of `user` for one account, and its text, which is shown this once. Raises Invalid."""
    name = name.strip()[:200]
    if not name:
        raise Invalid("The name is missing.", field="name", help="Name the program that will use it.")
    text = PREFIX + secrets.token_urlsafe(32)
    made = Token.objects.create(
        account_id=account_id, user=user, name=name, token_hash=hash_token(text), last_four=text[-4:]
    )
    made.refresh_from_db()
    return made, text


def revoke_token(*, account_id: int, token_id: int, user: User | None = None) -> None:
    """End a token at once (only one of `user`, where given). Raises NotFound."""
    tokens = Token.objects.filter(account_id=account_id, id=token_id, revoked_at=None)
    if user is not None:
        tokens = tokens.filter(user=user)
    if not tokens.update(revoked_at=clock.now()):
        raise NotFound("There is no such token.", help="Load the list again.")


def by_token(*, token: str) -> TokenHolder | None:
    """Whom the token speaks for; None when it is unknown, revoked, or its user has left the account."""
    if not token.startswith(PREFIX):
        return None
    found = (
        Token.objects.select_related("user", "account")
        .filter(token_hash=hash_token(token), revoked_at=None, user__is_active=True)
        .first()
    )
    if found is None:
        return None
    member = Member.objects.filter(account_id=found.account_id, user_id=found.user_id).first()
    if member is None:
        return None
    now = clock.now()
    Token.objects.filter(
        Q(last_used_at=None) | Q(last_used_at__lt=now - _SEEN_EVERY), account_id=found.account_id, id=found.pk
    ).update(last_used_at=now)
    return TokenHolder(found.user, found.account, found.account_id, member.role)
