"""Members and invitations."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from postroom.accounts.errors import Conflict, InvitationClosed, LastOwner, NotAllowed, NotFound
from postroom.accounts.models import Account, Invitation, Member, Role, User
from postroom.accounts.rules import may_grant
from postroom.accounts.services.tokens import hash_token
from postroom.accounts.services.users import check_email, create_user, mark_verified
from postroom.lib import clock
from postroom.settings import load

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite(*, account_id: int, email: str, role: str, invited_by: User, inviter_role: str) -> Invitation:
    """Invite an address and mail it a link that is valid for seven days; a former invitation to it ends.

    Raises Invalid, Conflict (is a member already), NotAllowed."""
    email = check_email(email)
    _check_grant(inviter_role, role)
    if Member.objects.filter(account_id=account_id, user__email__iexact=email).exists():
        raise Conflict(
            f"{email} is a member already.",
            code="is_member",
            field="email",
            help="Change the role in the list.",
        )
    now = clock.now()
    Invitation.objects.filter(
        account_id=account_id, email__iexact=email, accepted_at=None, revoked_at=None
    ).update(revoked_at=now)
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        account_id=account_id,
        email=email,
        role=role,
        token_hash=hash_token(token),
        invited_by=invited_by,
        expires_at=now + VALID_FOR,
    )
    made.refresh_from_db()
    _mail_invitation(made, token)
    return made


def _mail_invitation(invitation: Invitation, token: str) -> None:
    inviter = invitation.invited_by
    context = {
        "account": invitation.account.name,
        "inviter": (inviter.name or inviter.email) if inviter else "Somebody",
        "role": Role(invitation.role).label,
        "url": f"{load().public_url}/accounts/invitation/{token}",
        "days": VALID_FOR.days,
    }
    subject = f"{context['inviter']} invites you to {context['account']}"
    send_mail(
        " ".join(subject.split()),
        render_to_string("accounts/invitation.txt", context),
        None,
        [invitation.email],
        html_message=render_to_string("accounts/invitation.html", context),
    )


def open_invitation(*, token: str) -> Invitation:
    """The invitation behind a link. Raises InvitationClosed."""
    found = (
        Invitation.objects.select_related("account", "invited_by")
        .filter(token_hash=hash_token(token), accepted_at=None, revoked_at=None, expires_at__gt=clock.now())
        .first()
    )
    if found is None:
        raise InvitationClosed(
            "This invitation is no longer open.",
            help="It was used, taken back or is older than seven days. Ask for a new one.",
        )
    return found


@transaction.atomic
def accept_invitation(*, token: str, user: User) -> Member:
    """Make `user` a member by the link. Raises InvitationClosed, NotAllowed (another address)."""
    invitation = open_invitation(token=token)
    if user.email.lower() != invitation.email.lower():
        raise NotAllowed(
            f"This invitation is for {invitation.email}; you are signed in as {user.email}.",
            help="Sign out, then open the link again.",
        )
    moved = Invitation.objects.filter(
        account_id=invitation.account_id, id=invitation.pk, accepted_at=None, revoked_at=None
    ).update(accepted_at=clock.now())
    if not moved:
        raise InvitationClosed("This invitation was used a moment ago.", help="Sign in.")
    member, _ = Member.objects.get_or_create(
        account_id=invitation.account_id, user=user, defaults={"role": invitation.role}
    )
    return member


@transaction.atomic
def join_by_invitation(*, token: str, name: str, password: str) -> User:
    """A new user from an invitation; the link proves their address.

    Raises InvitationClosed, Invalid, UserExists."""
    invitation = open_invitation(token=token)
    user = create_user(email=invitation.email, password=password, name=name)
    mark_verified(user=user)
    accept_invitation(token=token, user=user)
    return user


def revoke_invitation(*, account_id: int, invitation_id: int) -> None:
    """Close an invitation. Raises NotFound."""
    open_ones = Invitation.objects.filter(
        account_id=account_id, id=invitation_id, accepted_at=None, revoked_at=None
    )
    if not open_ones.update(revoked_at=clock.now()):
        raise NotFound("There is no such open invitation.", help="Load the list again.")


@transaction.atomic
def change_role(*, account_id: int, member_id: int, role: str, changer_role: str) -> Member:
    """Give a member another role. Raises NotFound, NotAllowed, LastOwner."""
    member = _locked_member(account_id, member_id)
    _check_grant(changer_role, role)
    _check_grant(changer_role, member.role)
    if member.role == "owner" and role != "owner":
        _keep_an_owner(account_id, member)
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove_member(*, account_id: int, member_id: int, remover: User, remover_role: str) -> None:
    """Take a member out, or leave oneself; their tokens for this account end.

    Raises NotFound, NotAllowed, LastOwner."""
    member = _locked_member(account_id, member_id)
    if member.user_id != remover.pk:
        _check_grant(remover_role, member.role)
    if member.role == Role.OWNER:
        _keep_an_owner(account_id, member)
    member.user.token_set.filter(account_id=account_id, revoked_at=None).update(revoked_at=clock.now())
    member.delete()


def _locked_member(account_id: int, member_id: int) -> Member:
    # The account's row is the lock: two owners who demote each other at once must not both succeed.
    Account.objects.select_for_update().filter(id=account_id).first()
    member = Member.objects.select_related("user").filter(account_id=account_id, id=member_id).first()
    if member is None:
        raise NotFound("There is no such member.", help="Load the list again.")
    return member


def _keep_an_owner(account_id: int, leaving: Member) -> None:
    owners = Member.objects.filter(account_id=account_id, role=Role.OWNER).exclude(id=leaving.pk)
    if not owners.exists():
        raise LastOwner("This is the account's only owner.", help="Make somebody else an owner first.")


def _check_grant(granter_role: str, role: str) -> None:
    if role not in Role.values:
        raise NotAllowed(f"There is no role {role}.", help="Choose owner, admin, editor or viewer.")
    if not may_grant(granter_role, role):
        raise NotAllowed(
            f"Your role is {granter_role}; you may not give or take the role {role}.",
            help="Ask the owner of the account.",
        )
