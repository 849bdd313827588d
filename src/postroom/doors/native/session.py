"""`/session`: who is signed in, in which account; switching between accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema

from postroom import __version__
from postroom.accounts import queries, services
from postroom.doors.native.auth import READERS, SESSION_ACCOUNT, Caller, caller
from postroom.lib.errors import Conflict, NotFound
from postroom.sending import inbox, outlet
from postroom.subscribers import queries as people

router = Router(tags=["session"])


class UserOut(Schema):
    """The signed-in user; `runs_installation`: may change what concerns all accounts."""

    id: int
    name: str
    email: str
    runs_installation: bool


class SessionAccount(Schema):
    """The account that calls are about."""

    id: int
    name: str
    time_zone: str
    is_demo: bool
    role: str
    from_name: str
    from_email: str
    postal_address: str


class AccountChoice(Schema):
    """An account the user can switch to."""

    id: int
    name: str
    role: str
    is_demo: bool


class Outlet(Schema):
    """Where mail goes now: `inbox` or `smtp`."""

    kind: str


class SessionCounts(Schema):
    """Figures of the sidebar."""

    subscribers_active: int
    inbox: int


class SessionOut(Schema):
    """What the screens need before they show anything."""

    user: UserOut
    account: SessionAccount
    accounts: list[AccountChoice]
    csrf_token: str
    version: str
    outlet: Outlet
    counts: SessionCounts


class SwitchIn(Schema):
    """The account to work in from now on."""

    id: int


@router.get("/session", response=SessionOut)
def read_session(request: HttpRequest) -> dict[str, Any]:
    """Who is signed in, the present account and the others, a CSRF token for writing calls."""
    return _session(request, caller(request))


@router.post("/session/account", response=SessionOut, auth=READERS)
def switch_account(request: HttpRequest, body: SwitchIn) -> dict[str, Any]:
    """Work in another account from now on, in this browser."""
    who = caller(request)
    if who.by_token:
        raise Conflict("A token belongs to one account.", help="Use a token of the other account.")
    member = next((m for m in queries.memberships(user_id=who.user.pk) if m.account_id == body.id), None)
    if member is None:
        raise NotFound("You belong to no account with this id.", field="id", help="Choose one of the list.")
    request.session[SESSION_ACCOUNT] = member.account_id
    return _session(request, Caller(who.user, member.account, member.role))


def _session(request: HttpRequest, who: Caller) -> dict[str, Any]:
    account = who.account
    return {
        "user": {
            "id": who.user.pk,
            "name": who.user.name or who.user.email,
            "email": who.user.email,
            "runs_installation": services.runs_installation(who.user),
        },
        "account": {
            "id": account.pk,
            "name": account.name,
            "time_zone": account.time_zone,
            "is_demo": account.is_demo,
            "role": who.role,
            "from_name": account.from_name,
            "from_email": account.from_email,
            "postal_address": account.postal_address,
        },
        "accounts": [
            {"id": m.account_id, "name": m.account.name, "role": m.role, "is_demo": m.account.is_demo}
            for m in queries.memberships(user_id=who.user.pk)
            if not who.by_token or m.account_id == account.pk
        ],
        "csrf_token": get_token(request),
        "version": __version__,
        "outlet": {"kind": _outlet(who)},
        "counts": {
            "subscribers_active": people.state_counts(account.pk).get("active", 0),
            "inbox": inbox.count_messages(account_ids=[account.pk]),
        },
    }


def _outlet(who: Caller) -> str:
    try:
        return outlet.way_of(who.account) or "smtp"
    except ValueError:  # the saved server cannot be unsealed: GET /sending says what to do
        return "smtp"
