"""`/account`: its name, zone and letterhead; making, deleting and the end of the demo."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.contrib.auth import logout
from django.http import HttpRequest
from ninja import Router, Schema, Status

from postroom.accounts import services
from postroom.accounts.models import Account, User
from postroom.doors.native import reauth
from postroom.doors.native.auth import ADMINS, OWNERS, READERS, SESSION_ACCOUNT, caller
from postroom.lib.errors import Forbidden, Invalid

router = Router(tags=["account"])


class AccountOut(Schema):
    """An account's settings."""

    id: int
    name: str
    time_zone: str
    postal_address: str
    from_name: str
    from_email: str
    reply_to: str
    is_demo: bool


class AccountPatch(Schema):
    """What to change; what is left out stays."""

    name: str | None = None
    time_zone: str | None = None
    postal_address: str | None = None
    from_name: str | None = None
    from_email: str | None = None
    reply_to: str | None = None


class AccountIn(Schema):
    """A new account."""

    name: str
    time_zone: str = "UTC"


class Ending(Schema):
    """Deleting an account asks for the user's password and the account's name as it is written."""

    password: str
    name: str


class Removed(Schema):
    """How many accounts went."""

    removed: int


class Zones(Schema):
    """IANA names."""

    items: list[str]


@router.get("/account", response=AccountOut)
def read_account(request: HttpRequest) -> Account:
    """The present account's settings."""
    return caller(request).account


@router.patch("/account", response=AccountOut, auth=ADMINS)
def change_account(request: HttpRequest, body: AccountPatch) -> Account:
    """Change settings of the present account."""
    values = body.dict(exclude_unset=True)
    for field in [name for name, value in values.items() if value is None]:
        raise Invalid("This cannot be null.", field=field, help="Send a text, or leave the field out.")
    return services.update_account(account_id=caller(request).account_id, **values)


@router.post("/accounts", response={201: AccountOut}, auth=READERS)
def make_account(request: HttpRequest, body: AccountIn) -> Status[Any]:
    """A new, empty account for another creator, owned by the caller, who must run the installation."""
    who = caller(request)
    if who.by_token or not services.runs_installation(who.user):
        raise Forbidden(
            "Only who runs this installation may make accounts.",
            help="Ask them, or run `postroom account create` on the machine.",
        )
    account, _ = services.create_account(name=body.name, time_zone=body.time_zone, owner=who.user)
    request.session[SESSION_ACCOUNT] = account.pk
    return Status(201, account)


@router.delete("/account", response={204: None}, auth=OWNERS)
def delete_account(request: HttpRequest, body: Ending) -> Status[None]:
    """Delete the present account with all its people, letters and reports. Nothing brings them back."""
    who = caller(request)
    reauth.demand_password(who, body.password)
    if body.name.strip() != who.account.name:
        raise Invalid(
            "That is not the account's name.", field="name", help=f"Type “{who.account.name}” to delete it."
        )
    services.end_account(account_id=who.account_id)
    request.session.pop(SESSION_ACCOUNT, None)
    return Status(204, None)


@router.post("/demo/remove", response=Removed, auth=OWNERS)
def remove_demo(request: HttpRequest) -> dict[str, int]:
    """Delete all demo accounts, and the users who belong to nothing else."""
    who = caller(request)
    if not who.account.is_demo and not services.runs_installation(who.user):
        raise Forbidden(
            "Only an owner of a demo account may remove the demo.", help="Switch to a demo account first."
        )
    removed = services.remove_demo()
    if not who.by_token:
        request.session.pop(SESSION_ACCOUNT, None)
        if not User.objects.filter(id=who.user.pk).exists():
            logout(request)
    return {"removed": removed}


@router.get("/time_zones", response=Zones)
def list_time_zones(request: HttpRequest) -> dict[str, list[str]]:
    """All time zones by their IANA names."""
    return {"items": sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")}
