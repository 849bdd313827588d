"""Who calls, for which account, and what their role allows.

`request.auth` is a `Caller` in every view; `caller(request)` names its type. A route takes one of the lists
below as `auth=`; without one, viewers may read (GET) and editors may write (anything else):

    @router.post("/team/invitations", auth=ADMINS)
    def invite(request, body: InvitationIn): account_id = caller(request).account_id
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from postroom.accounts import queries, services
from postroom.accounts.models import Account, User
from postroom.accounts.rules import reaches
from postroom.lib.errors import Forbidden, NotFound

ACCOUNT_HEADER = "X-Account"
SESSION_ACCOUNT = "account_id"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_NEEDS = {
    "editor": "Ask an admin of the account to make you an editor.",
    "admin": "Ask the owner of the account to make you an admin.",
    "owner": "Only the owner of the account may do this.",
}


@dataclass(frozen=True)
class Caller:
    """The user, the account the call is about, and the user's role in it."""

    user: User
    account: Account
    role: str
    by_token: bool = False

    @property
    def account_id(self) -> int:
        return int(self.account.pk)

    @property
    def actor(self) -> str:
        """How changes name who made them."""
        return f"user:{self.user.pk}"

    def may(self, role: str) -> bool:
        """Whether the caller's role reaches `role`."""
        return reaches(self.role, role)


def caller(request: HttpRequest) -> Caller:
    """Who calls; only inside a view of this door."""
    return cast(Caller, request.auth)  # type: ignore[attr-defined]


def choose_account(request: HttpRequest, user: User) -> Caller:
    """The account named by the header, else the session's, else the user's first.

    Raises Forbidden when the user belongs to no account, NotFound when not to the one in the header."""
    members = queries.memberships(user_id=user.pk)
    wanted = request.headers.get(ACCOUNT_HEADER)
    if wanted is not None:
        found = [m for m in members if str(m.account_id) == wanted.strip()]
        if not found:
            raise NotFound(
                "You belong to no account with this id.",
                code="no_such_account",
                help=f"Leave out the header {ACCOUNT_HEADER}, or name one of the accounts that "
                "GET /api/1/session lists.",
            )
        return Caller(user, found[0].account, found[0].role)
    if not members:
        raise Forbidden(
            "You belong to no account.",
            code="no_account",
            help="Ask an owner for an invitation, or make an account with `postroom account create`.",
        )
    chosen = request.session.get(SESSION_ACCOUNT) if hasattr(request, "session") else None
    member = next((m for m in members if m.account_id == chosen), members[0])
    return Caller(user, member.account, member.role)


def _check_role(request: HttpRequest, who: Caller, least: str | None) -> Caller:
    needed = least or ("viewer" if request.method in _SAFE else "editor")
    if not who.may(needed):
        raise Forbidden(
            f"Your role in this account is {who.role}; this needs {needed}.",
            code="role",
            help=_NEEDS[needed],
        )
    return who


class BearerToken(HttpBearer):
    """`Authorization: Bearer <token>`: a program, bound to the account its token was made in."""

    def __init__(self, least: str | None) -> None:
        super().__init__()
        self.least = least

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        found = services.by_token(token=token)
        if found is None:
            return None
        header = request.headers.get(ACCOUNT_HEADER)
        if header is not None and header.strip() != str(found.account_id):
            raise Forbidden(
                "This token belongs to another account.",
                code="token_account",
                help=f"Leave out the header {ACCOUNT_HEADER} or use a token of that account.",
            )
        who = Caller(found.user, found.account, found.role, by_token=True)
        return _check_role(request, who, self.least)


class Session(APIKeyCookie):
    """The browser's session; writing calls also need the header `X-CSRFToken`."""

    def __init__(self, least: str | None) -> None:
        super().__init__(csrf=True)
        self.least = least

    def __call__(self, request: HttpRequest) -> Caller | None:
        user = getattr(request, "user", None)
        if "Authorization" in request.headers or user is None or not user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise Forbidden(
                "The request did not prove that it comes from this site.",
                code="csrf",
                help="Send the cookie `csrftoken` back as the header X-CSRFToken; load the page again.",
            )
        return _check_role(request, choose_account(request, cast(User, user)), self.least)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        return self(request)


Session.param_name = "session"


def _by(least: str | None) -> list[Callable[[HttpRequest], Caller | None] | AuthBase]:
    return [BearerToken(least), Session(least)]


DEFAULT = _by(None)
READERS = _by("viewer")
"""For calls that only read but are no GET (a preview, a count)."""
EDITORS = _by("editor")
ADMINS = _by("admin")
OWNERS = _by("owner")
