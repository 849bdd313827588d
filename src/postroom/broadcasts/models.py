"""Broadcasts: a letter to many, from draft to completed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account
from postroom.sending.models import Ambiguous


class BroadcastState(models.TextChoices):
    """The label is what screens say; API v3 says `sending` for expanding, queued, paused and testing."""

    DRAFT: Any = "draft", "Draft"
    SCHEDULED: Any = "scheduled", "Scheduled"
    EXPANDING: Any = "expanding", "Queued"
    QUEUED: Any = "queued", "Queued"
    SENDING: Any = "sending", "Sending"
    PAUSED: Any = "paused", "Paused"
    TESTING: Any = "testing", "Testing"
    COMPLETED: Any = "completed", "Sent"
    ABORTED: Any = "aborted", "Stopped"


class PauseReason(models.TextChoices):
    """Every reason but `hand` is shown as Held."""

    HAND: Any = "hand", "Paused by hand"
    DUPLICATE: Any = "duplicate", "The same letter to the same people waits or runs already"
    RESTORED: Any = "restored", "This installation was restored from a backup"
    MISSED: Any = "missed", "Its time passed while nothing was running"
    NO_OUTLET: Any = "no_outlet", "The mail server it used to leave by is not set any more"
    DISK: Any = "disk", "The disk is nearly full"
    UNREADY: Any = "unready", "Changed since, and not ready to be sent"
    GUARD: Any = "guard", "Too many refusals or complaints"


class Broadcast(models.Model):
    """A letter with its audience and its time. Content may change only in draft, scheduled, or held before
    expansion."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    state = models.CharField(max_length=10, choices=BroadcastState, default=BroadcastState.DRAFT)
    pause_reason = models.CharField(max_length=20, blank=True, default="")
    held_before_expansion = models.BooleanField(default=False)
    send_anyway = models.BooleanField(default=False)
    """The creator has seen that an identical one exists and wants both."""
    subject = models.TextField(blank=True, default="")
    preview_text = models.TextField(blank=True, default="")
    body = models.JSONField(default=dict)
    """Block document {"v": 1, "doc": {...}}."""
    description = models.TextField(blank=True, default="")
    audience = models.JSONField(default=dict)
    """{"include": {"tags": [ids]}, "exclude": {"tags": [ids]}}; empty include: everyone active."""
    from_name = models.CharField(max_length=200, blank=True, default="")
    from_email = models.CharField(max_length=320, blank=True, default="")
    send_at = models.DateTimeField(null=True)
    send_zone = models.CharField(max_length=64, blank=True, default="")
    send_wall = models.CharField(max_length=19, blank=True, default="")
    """The wall time the creator chose, `YYYY-MM-DDTHH:MM`, in `send_zone`."""
    ambiguous = models.CharField(max_length=10, choices=Ambiguous, blank=True, db_default="", default="")
    """What becomes of messages whose answer was lost; empty: as the installation's settings say."""
    send_id = models.BigIntegerField(null=True)
    content_key = models.CharField(max_length=64, blank=True, default="")
    """Hash of content and audience at scheduling; finds identical copies."""
    copy_of_id = models.BigIntegerField(null=True)
    revision = models.IntegerField(default=1)
    """Counts saves; a save names the revision it was based on."""
    public = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    thumbnail_url = models.TextField(null=True)
    thumbnail_alt = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="broadcast_account_id")]
        indexes = [
            models.Index(fields=["account", "state", "created_at"], name="broadcast_state"),
            models.Index(fields=["send_at"], name="broadcast_due", condition=models.Q(state="scheduled")),
        ]

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address of From. What is empty is the account's as it stands now: a draft older than the
        account's address can be sent once there is one."""
        account = self.account
        return self.from_name or account.from_name or account.name, self.from_email or account.from_email
