"""Tenants, the users who work in them, their keys, and what the house has to tell them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Now


class UserManager(BaseUserManager["User"]):
    """Makes users; an address is stored as typed, compared in lower case."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=email.strip(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. May belong to several accounts; `is_superuser` runs the installation."""

    email = models.EmailField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "user"
        constraints = [
            models.UniqueConstraint(models.functions.Lower("email"), name="user_email_lower_key"),
        ]


class AccountKind(models.TextChoices):
    CREATOR = "creator", "A creator's own list"
    INSTALLATION = "installation", "Mail to users that belongs to no creator"


class Account(models.Model):
    """A tenant. Public key in clear, secret as HMAC for the look-up and sealed for showing it again."""

    kind = models.CharField(max_length=20, choices=AccountKind, default=AccountKind.CREATOR)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    postal_address = models.TextField(blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    from_email = models.CharField(max_length=320, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    is_demo = models.BooleanField(default=False)
    api_key = models.CharField(max_length=64, unique=True)
    api_secret_hash = models.CharField(max_length=64, unique=True)
    api_secret_sealed = models.BinaryField()
    previous_api_key = models.CharField(max_length=64, null=True, unique=True)
    previous_api_secret_hash = models.CharField(max_length=64, null=True, unique=True)
    previous_valid_until = models.DateTimeField(null=True)
    sent_by_smtp_at = models.DateTimeField(null=True)
    """When a message of this account first left by SMTP; from then on no rehearsal happens by accident."""
    ended_at = models.DateTimeField(null=True)
    """When its owner deleted it: nobody reaches it any more, the worker is emptying it."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "account"
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind="installation"), name="account_one_installation"
            )
        ]


class Role(models.TextChoices):
    OWNER = "owner", "Everything, also deleting the account"
    ADMIN = "admin", "Everything but the account itself"
    EDITOR = "editor", "Writes and sends, sees people"
    VIEWER = "viewer", "Sees everything, changes nothing"


class Member(models.Model):
    """A user's place in an account."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "member"
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="member_once"),
            models.UniqueConstraint(fields=["account", "id"], name="member_account_id"),
        ]


class Invitation(models.Model):
    """An open door for one address, for a while. Only the token's hash is kept."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    email = models.CharField(max_length=320)
    role = models.CharField(max_length=10, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="invitation_account_id")]


class Token(models.Model):
    """A program's key to /api/1; shown once, kept as a hash."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    user = models.ForeignKey(User, models.CASCADE)
    name = models.CharField(max_length=200)
    token_hash = models.CharField(max_length=64, unique=True)
    last_four = models.CharField(max_length=4)
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="token_account_id")]


class NoticeLevel(models.TextChoices):
    INFO = "info", "Good to know"
    WARN = "warn", "Somebody should look"
    ALARM = "alarm", "Something has stopped"


class Notice(models.Model):
    """What needs a person: one row per cause (`key`), resolved when the cause is gone."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    key = models.CharField(max_length=200)
    level = models.CharField(max_length=10, choices=NoticeLevel)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    action_label = models.CharField(max_length=100, blank=True)
    action_url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notice"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"],
                condition=models.Q(resolved_at__isnull=True),
                name="notice_open_once",
            ),
            models.UniqueConstraint(fields=["account", "id"], name="notice_account_id"),
        ]


class Installation(models.Model):
    """The one row about this installation: how far the first run came, what the operator chose."""

    first_run_step = models.CharField(max_length=30, default="you")
    first_run_done_at = models.DateTimeField(null=True)
    smtp_url_sealed = models.BinaryField(null=True)
    """The relay chosen on the screens; the setting POSTROOM_SMTP_URL wins over it."""
    restored_at = models.DateTimeField(null=True)
    setup_code_hash = models.CharField(max_length=64, null=True)
    """SHA-256 of the code that the first run asks for where strangers could come first; gone once used."""
    demo_filled_at = models.DateTimeField(null=True)
    """When the demo was made: once removed it does not come back by itself."""

    class Meta:
        db_table = "installation"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_single")]
