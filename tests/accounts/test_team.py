"""Members, invitations, tokens: who may let whom in, and how doors close."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from postroom.accounts import queries, services
from postroom.accounts.errors import (
    Conflict,
    Invalid,
    InvitationClosed,
    LastOwner,
    NotAllowed,
    NotFound,
    UserExists,
)
from postroom.accounts.models import Account, Invitation, Member, Token, User
from postroom.lib import clock

pytestmark = pytest.mark.django_db

PASSWORD = "long enough to keep"


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def alice() -> User:
    return services.create_user(email="alice@example.com", password=PASSWORD, name="Alice")


@pytest.fixture
def account(alice) -> Account:
    return services.create_account(name="Slow Mornings", owner=alice)[0]


def invite(account, alice, email="bob@example.com", role="editor", by="owner") -> str:
    services.invite(account_id=account.pk, email=email, role=role, invited_by=alice, inviter_role=by)
    return re.search(r"/accounts/invitation/(\S+)", mail.outbox[-1].body)[1]


def test_an_invited_person_joins_by_the_link_with_the_role(account, alice):
    token = invite(account, alice)
    assert mail.outbox[-1].to == ["bob@example.com"]
    bob = services.join_by_invitation(token=token, name="Bob", password=PASSWORD)
    assert [(m.account_id, m.role) for m in queries.memberships(user_id=bob.pk)] == [(account.pk, "editor")]
    assert bob.emailaddress_set.get().verified
    with pytest.raises(InvitationClosed):
        services.open_invitation(token=token)


def test_the_link_is_kept_as_hash_and_only_for_its_address(account, alice):
    token = invite(account, alice)
    assert not Invitation.objects.filter(token_hash=token).exists()
    charlie = services.create_user(email="charlie@example.com", password=PASSWORD)
    with pytest.raises(NotAllowed, match=r"bob@example\.com"):
        services.accept_invitation(token=token, user=charlie)
    assert queries.memberships(user_id=charlie.pk) == []


def test_a_newer_invitation_ends_the_older_and_time_ends_both(account, alice):
    first, second = invite(account, alice), invite(account, alice)
    with pytest.raises(InvitationClosed):
        services.open_invitation(token=first)
    assert services.open_invitation(token=second).email == "bob@example.com"
    Invitation.objects.update(expires_at=clock.now() - timedelta(minutes=1))
    with pytest.raises(InvitationClosed):
        services.open_invitation(token=second)
    assert queries.open_invitations(account.pk) == []


def test_who_is_in_cannot_be_invited_and_a_revoked_link_is_dead(account, alice):
    with pytest.raises(Conflict):
        invite(account, alice, email="Alice@Example.com")
    token = invite(account, alice)
    services.revoke_invitation(
        account_id=account.pk, invitation_id=queries.open_invitations(account.pk)[0].pk
    )
    with pytest.raises(InvitationClosed):
        services.join_by_invitation(token=token, name="Bob", password=PASSWORD)


@pytest.mark.parametrize(
    ("by", "role", "allowed"),
    [
        ("owner", "owner", True),
        ("owner", "viewer", True),
        ("admin", "admin", True),
        ("admin", "owner", False),
        ("editor", "viewer", False),
        ("viewer", "viewer", False),
        ("owner", "king", False),
    ],
)
def test_who_may_invite_as_what(account, alice, by, role, allowed):
    if allowed:
        assert invite(account, alice, role=role, by=by)
    else:
        with pytest.raises(NotAllowed):
            invite(account, alice, role=role, by=by)


def test_the_last_owner_can_neither_leave_nor_step_down(account, alice):
    member = Member.objects.get(account=account, user=alice)
    with pytest.raises(LastOwner):
        services.change_role(account_id=account.pk, member_id=member.pk, role="admin", changer_role="owner")
    with pytest.raises(LastOwner):
        services.remove_member(
            account_id=account.pk, member_id=member.pk, remover=alice, remover_role="owner"
        )
    member.refresh_from_db()
    assert member.role == "owner"


def test_an_admin_cannot_touch_an_owner_and_nobody_another_accounts_members(account, alice):
    member = Member.objects.get(account=account, user=alice)
    admin = services.create_user(email="admin@example.com", password=PASSWORD)
    with pytest.raises(NotAllowed):
        services.remove_member(
            account_id=account.pk, member_id=member.pk, remover=admin, remover_role="admin"
        )
    other, _ = services.create_account(name="Other", owner=admin)
    with pytest.raises(NotFound):
        services.change_role(account_id=other.pk, member_id=member.pk, role="viewer", changer_role="owner")


def test_a_token_speaks_for_its_user_until_it_is_revoked_or_the_user_leaves(account, alice):
    made, text = services.create_token(account_id=account.pk, user=alice, name="cron")
    assert text not in repr(Token.objects.values())
    assert services.by_token(token=text).account_id == account.pk
    assert services.by_token(token=text + "x") is None
    services.revoke_token(account_id=account.pk, token_id=made.pk)
    assert services.by_token(token=text) is None

    bob = services.create_user(email="bob@example.com", password=PASSWORD)
    member = Member.objects.create(account=account, user=bob, role="viewer")
    _, bobs = services.create_token(account_id=account.pk, user=bob, name="report")
    assert services.by_token(token=bobs).role == "viewer"
    services.remove_member(account_id=account.pk, member_id=member.pk, remover=alice, remover_role="owner")
    assert services.by_token(token=bobs) is None


def test_a_user_is_one_address_whatever_its_case(alice):
    with pytest.raises(UserExists):
        services.create_user(email="ALICE@example.com", password=PASSWORD)


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [("nobody", PASSWORD, "email"), ("", PASSWORD, "email"), ("x@example.com", "short", "password")],
)
def test_what_a_user_cannot_be_made_of(email, password, field):
    with pytest.raises(Invalid) as caught:
        services.create_user(email=email, password=password)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"from_email": "no address"}, "from_email"),
        ({"from_name": "x" * 201}, "from_name"),
    ],
)
def test_what_an_account_refuses(account, values, field):
    with pytest.raises(Invalid) as caught:
        services.update_account(account_id=account.pk, **values)
    assert caught.value.field == field
    assert Account.objects.get(id=account.pk).name == "Slow Mornings"


def test_a_notice_is_open_once_and_again_after_it_was_resolved(account):
    told = {"account_id": account.pk, "key": "disk", "level": "warn"}
    first = services.notify(**told, title="Low")
    assert services.notify(**told, title="Lower") == first
    assert [n.title for n in queries.open_notices(account.pk)] == ["Lower"]
    assert services.resolve_notice(account_id=account.pk, key="disk")
    assert not services.resolve_notice(account_id=account.pk, key="disk")
    assert queries.open_notices(account.pk) == []
    assert services.notify(**told, title="Low again") != first
