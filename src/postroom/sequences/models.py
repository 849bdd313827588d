"""Sequences (Kit's courses): their emails in order, and where each person stands."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account
from postroom.content.models import ContentVersion
from postroom.sending.models import Send
from postroom.subscribers.models import Subscriber


class DelayUnit(models.TextChoices):
    DAYS: Any = "days", "24 hours each"
    HOURS: Any = "hours", "Hours"


class EnrolmentState(models.TextChoices):
    ACTIVE: Any = "active", "On the way, or at the end of a sequence that holds"
    COMPLETED: Any = "completed", "Got the last email"
    CANCELLED: Any = "cancelled", "Left, bounced, complained or was taken out"


class Sequence(models.Model):
    """Emails in order. Who is subscribed stands in `membership`, where each of them is in `enrolment`."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    name = models.CharField(max_length=255)
    hold = models.BooleanField(default=False)
    """Who reached the end stays and gets what is added behind it later."""
    repeat = models.BooleanField(default=False)
    """Who completed it, or left it, starts over when they are added again."""
    active = models.BooleanField(default=True)
    """While false nothing leaves and everybody stays where they are."""
    from_name = models.CharField(max_length=200, blank=True, default="")
    from_email = models.CharField(max_length=320, blank=True, default="")
    """Empty: the account's."""
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sequence"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="sequence_account_id")]


class SequenceEmail(models.Model):
    """One email. It leaves `delay` after the one before it left, or after the person was added."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    sequence = models.ForeignKey(Sequence, models.CASCADE, db_index=False, db_constraint=False)
    position = models.IntegerField()
    subject = models.TextField(blank=True, default="")
    preview_text = models.TextField(blank=True, default="")
    body = models.JSONField(default=dict)
    """Block document, or {"html": "..."}."""
    delay_value = models.IntegerField(default=1)
    delay_unit = models.CharField(max_length=5, choices=DelayUnit, default=DelayUnit.DAYS)
    published = models.BooleanField(default=False)
    content_version = models.ForeignKey(
        ContentVersion, models.DO_NOTHING, null=True, db_index=False, db_constraint=False
    )
    """What people get: the last state that could be written."""
    send = models.ForeignKey(Send, models.DO_NOTHING, null=True, db_index=False, db_constraint=False)
    """Runs on; its ledger rows are this email's messages, `nth` the round of the person."""
    revision = models.IntegerField(default=1)
    """Counts saves; a save names the revision it was based on."""
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sequence_email"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="sequence_email_account_id"),
            models.UniqueConstraint(
                fields=["account", "sequence", "position"],
                name="sequence_email_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]


class Enrolment(models.Model):
    """Where one person stands in one sequence: behind `last_email`, waiting for `next_email`
    until `due_at`."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    sequence = models.ForeignKey(Sequence, models.CASCADE, db_index=False, db_constraint=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, db_index=False, db_constraint=False)
    state = models.CharField(max_length=10, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    round = models.IntegerField(default=0)
    """How often the person began anew; the ledger's `nth`, so that no round mails an email twice."""
    last_email = models.ForeignKey(
        SequenceEmail, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    next_email = models.ForeignKey(
        SequenceEmail, models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    placed_at = models.DateTimeField(db_default=Now())
    """When the person came to this place; the next delay counts from here."""
    due_at = models.DateTimeField(null=True)
    """Null: waits for a confirmation, for the sequence to be switched on, or for an email to be added."""
    started_at = models.DateTimeField(db_default=Now())
    completed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "enrolment"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="enrolment_account_id"),
            models.UniqueConstraint(fields=["account", "sequence", "subscriber"], name="enrolment_once"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="enrolment_due",
                condition=models.Q(state="active", due_at__isnull=False),
            ),
            models.Index(fields=["account", "subscriber"], name="enrolment_subscriber"),
            models.Index(fields=["account", "next_email"], name="enrolment_next"),
            models.Index(fields=["account", "last_email"], name="enrolment_last"),
        ]
