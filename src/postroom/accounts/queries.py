"""Reads of accounts."""

from __future__ import annotations

from postroom.accounts.errors import AccountNotFound
from postroom.accounts.models import Account, AccountKind, Invitation, Member, Notice, Token, User
from postroom.lib import clock


def get(account_id: int) -> Account:
    """One account. Raises AccountNotFound."""
    found = Account.objects.filter(id=account_id).first()
    if found is None:
        raise AccountNotFound("There is no such account.")
    return found


def memberships(*, user_id: int) -> list[Member]:
    """A user's places, their accounts loaded, oldest first."""
    members = Member.objects.select_related("account").filter(user_id=user_id)
    return list(members.filter(account__kind=AccountKind.CREATOR).order_by("id"))


def members(account_id: int) -> list[Member]:
    """An account's members with their users, oldest first."""
    return list(Member.objects.select_related("user").filter(account_id=account_id).order_by("id"))


def open_invitations(account_id: int) -> list[Invitation]:
    """Invitations that can still be accepted, newest first."""
    return list(
        Invitation.objects.filter(
            account_id=account_id, accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
        ).order_by("-id")
    )


def tokens(account_id: int, *, user_id: int) -> list[Token]:
    """A user's living tokens for an account, newest first."""
    return list(Token.objects.filter(account_id=account_id, user_id=user_id, revoked_at=None).order_by("-id"))


def open_notices(account_id: int) -> list[Notice]:
    """What needs a person now: alarms first, then warnings, newest first within."""
    rank = {"alarm": 0, "warn": 1, "info": 2}
    found = Notice.objects.filter(account_id=account_id, resolved_at=None).order_by("-id")
    return sorted(found, key=lambda notice: rank.get(notice.level, 3))


def user_by_email(email: str) -> User | None:
    """The user with this address, whatever its case."""
    return User.objects.filter(email__iexact=email.strip()).first()
