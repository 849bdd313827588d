"""`/team`: members, their roles, open invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from postroom.accounts import queries, services
from postroom.accounts.models import Invitation, Member
from postroom.doors.native.auth import ADMINS, READERS, Caller, caller
from postroom.lib.errors import Forbidden, Limited

router = Router(tags=["team"])
INVITATIONS_PER_HOUR = 30


class MemberOut(Schema):
    """A user of this account."""

    id: int
    name: str
    email: str
    role: str
    is_you: bool
    joined_at: datetime
    last_seen_at: datetime | None


class InvitationOut(Schema):
    """An invitation that can still be accepted."""

    id: int
    email: str
    role: str
    created_at: datetime
    expires_at: datetime


class TeamOut(Schema):
    """Everybody who is in or invited."""

    members: list[MemberOut]
    invitations: list[InvitationOut]


class InvitationIn(Schema):
    """Whom to invite, as what."""

    email: str
    role: str


class RoleIn(Schema):
    """The new role: owner, admin, editor or viewer."""

    role: str


@router.get("/team", response=TeamOut)
def read_team(request: HttpRequest) -> dict[str, Any]:
    """Members and, for admins, open invitations."""
    who = caller(request)
    invited = queries.open_invitations(who.account_id) if who.may("admin") else []
    return {
        "members": [_member(member, who) for member in queries.members(who.account_id)],
        "invitations": [_invitation(each) for each in invited],
    }


@router.post("/team/invitations", response={201: InvitationOut}, auth=ADMINS)
def invite(request: HttpRequest, body: InvitationIn) -> Status[Any]:
    """Mail somebody a link to join, good for seven days."""
    who = _caller_in_a_browser(request)
    allowed = services.limiter.hit(key=f"invite:{who.account_id}", limit=INVITATIONS_PER_HOUR, window_s=3600)
    if not allowed.ok:
        raise Limited(
            "Too many invitations within an hour.",
            retry_after_s=allowed.retry_after_s,
            help=f"Wait {max(1, allowed.retry_after_s // 60)} minutes.",
        )
    made = services.invite(
        account_id=who.account_id,
        email=body.email,
        role=body.role,
        invited_by=who.user,
        inviter_role=who.role,
    )
    return Status(201, _invitation(made))


@router.delete("/team/invitations/{invitation_id}", response={204: None}, auth=ADMINS)
def revoke_invitation(request: HttpRequest, invitation_id: int) -> Status[None]:
    """Close an invitation; its link no longer works."""
    services.revoke_invitation(
        account_id=_caller_in_a_browser(request).account_id, invitation_id=invitation_id
    )
    return Status(204, None)


@router.patch("/team/members/{member_id}", response=MemberOut, auth=ADMINS)
def change_role(request: HttpRequest, member_id: int, body: RoleIn) -> dict[str, Any]:
    """Give a member another role."""
    who = _caller_in_a_browser(request)
    changed = services.change_role(
        account_id=who.account_id, member_id=member_id, role=body.role, changer_role=who.role
    )
    return _member(changed, who)


@router.delete("/team/members/{member_id}", response={204: None}, auth=READERS)
def remove_member(request: HttpRequest, member_id: int) -> Status[None]:
    """Take a member out (admins), or leave oneself (everybody)."""
    who = _caller_in_a_browser(request)
    services.remove_member(
        account_id=who.account_id, member_id=member_id, remover=who.user, remover_role=who.role
    )
    return Status(204, None)


def _caller_in_a_browser(request: HttpRequest) -> Caller:
    # A token that leaks must not become a lasting member.
    who = caller(request)
    if who.by_token:
        raise Forbidden("A token cannot change the team.", help="Sign in with a browser.")
    return who


def _member(member: Member, who: Caller) -> dict[str, Any]:
    return {
        "id": member.pk,
        "name": member.user.name or member.user.email,
        "email": member.user.email,
        "role": member.role,
        "is_you": member.user_id == who.user.pk,
        "joined_at": member.created_at,
        "last_seen_at": member.user.last_login,
    }


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "id": invitation.pk,
        "email": invitation.email,
        "role": invitation.role,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
    }
