"""Operators: the users who run the installation: they choose the mail server and make accounts."""

from __future__ import annotations

from django.db import connection, transaction

from postroom.accounts import queries
from postroom.accounts.errors import Invalid, UserNotFound
from postroom.accounts.models import User
from postroom.lib.errors import Conflict
from postroom.settings import load


def list_operators() -> list[User]:
    """Who runs the installation, oldest first. The demo's users do not count: their password is public."""
    users = User.objects.filter(is_superuser=True, is_active=True).order_by("id")
    return [user for user in users if not is_demo_user(user)]


def runs_installation(user: User) -> bool:
    """Whether this user may change what concerns all accounts; users of the demo only on a local address."""
    return bool(user.is_superuser) and not (load().is_public and is_demo_user(user))


def is_demo_user(user: User) -> bool:
    """Whether all accounts of the user are demos."""
    members = queries.memberships(user_id=user.pk)
    return bool(members) and all(member.account.is_demo for member in members)


@transaction.atomic
def set_operator(*, email: str, runs: bool) -> User:
    """Let this user run the installation, or no longer. Raises UserNotFound, Invalid, Conflict.

    The last operator stays one: without any, nobody could choose the mail server or make another."""
    _take_turns()
    user = queries.user_by_email(email)
    if user is None:
        raise UserNotFound(
            f"Nobody has the address {email.strip()} here.",
            field="email",
            help="Make them with “postroom account create”, or invite them first.",
        )
    if runs and is_demo_user(user):
        raise Invalid(
            "The demo's users cannot run the installation: everybody knows their password.",
            field="email",
            help="Make a user of your own with “postroom account create”.",
        )
    if not runs and [each.pk for each in list_operators()] == [user.pk]:
        raise Conflict(
            f"{user.email} is the only one who runs this installation.",
            field="email",
            help="Let somebody else run it first: “postroom operator their@address”.",
        )
    User.objects.filter(pk=user.pk).update(is_superuser=runs, is_staff=runs)
    user.refresh_from_db()
    return user


@transaction.atomic
def run_if_nobody_does(*, user: User) -> bool:
    """Let a new user run the installation when nobody does yet. Answers whether they run it now."""
    _take_turns()
    if list_operators():
        return False
    User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
    return True


@transaction.atomic
def let_demo_run(*, email: str) -> bool:
    """Let the demo's user run an installation that only this machine reaches, until somebody else does."""
    _take_turns()
    runs = not load().is_public and not list_operators()
    User.objects.filter(email__iexact=email).exclude(is_superuser=runs).update(
        is_superuser=runs, is_staff=runs
    )
    return runs


def _take_turns() -> None:
    with connection.cursor() as cursor:  # two at once must not both find nobody, or both remove the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('postroom.operators'))")
