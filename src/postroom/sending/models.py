"""The delivery ledger: every message that leaves is a row here before it leaves.

send (one act of mailing) → chunk (what a sender claims) → delivery (one message to one recipient).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account


class SendKind(models.TextChoices):
    BROADCAST: Any = "broadcast", "A letter to an audience, frozen on `send_day`"
    CONFIRMATION: Any = "confirmation", "The incentive mail of one form; runs on, one row per request"
    SEQUENCE: Any = "sequence", "One email of a sequence; runs on, `nth` is the round of the person"
    TEST: Any = "test", "A try of a draft to chosen addresses"
    SYSTEM: Any = "system", "Sign-in, invitation and notice mail; runs on"


class MailClass(models.IntegerChoices):
    """Lower leaves first."""

    TRANSACTIONAL: Any = 0, "Confirmation, password, code, test"
    SEQUENCE: Any = 1, "Sequences and automations"
    BROADCAST: Any = 2, "Broadcasts"
    QUARANTINE: Any = 3, "Re-engagement"


class Flow(models.TextChoices):
    """Whether the rows of a send may leave now. The intent statement joins it, so a pause bites at once."""

    RUNNING = "running", "Rows may be claimed"
    PAUSED = "paused", "Nothing new leaves; `pause_reason` says why"
    CANCELLED = "cancelled", "What is still planned will never leave"
    FINISHED = "finished", "No row is open"


class Ambiguous(models.TextChoices):
    """What becomes of a message whose final dot left and whose answer was lost: nobody can know its fate."""

    RESEND: Any = "resend", "It leaves once more under the same Message-ID: at least once"
    HOLD: Any = "hold", "It stays `uncertain` until somebody decides: at most once"


class DeliveryState(models.TextChoices):
    """planned total = accepted + refused + excluded + uncertain + cancelled + open (planned, intent,
    deferred)."""

    PLANNED = "planned", "Written, not yet tried"
    INTENT = "intent", "About to leave; after a crash the journal decides"
    ACCEPTED = "accepted", "The next server took responsibility"
    DEFERRED = "deferred", "Asked to try later; `next_at`"
    REFUSED = "refused", "A permanent no"
    EXCLUDED = "excluded", "Not mailed, `reason` says why (left meanwhile, suppressed, content)"
    UNCERTAIN = "uncertain", "The connection died between the final dot and the answer"
    CANCELLED = "cancelled", "The creator stopped the send first"


class Send(models.Model):
    """One act of mailing. Broadcasts: one each. Run-on mail (`send_day` null): one per account and
    subject."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    kind = models.CharField(max_length=20, choices=SendKind)
    subject_id = models.BigIntegerField(null=True)
    """The broadcast, the form of a confirmation, or the email of a sequence."""
    mail_class = models.SmallIntegerField(choices=MailClass)
    content_version_id = models.BigIntegerField(null=True)
    send_day = models.DateField(null=True)
    flow = models.CharField(max_length=10, choices=Flow, default=Flow.RUNNING)
    pause_reason = models.CharField(max_length=20, blank=True, default="")
    """hand, duplicate, restored, missed, no_outlet, disk, guard."""
    rehearsed = models.BooleanField(default=False)
    """Went (or goes) into the test inbox."""
    ambiguous = models.CharField(max_length=10, choices=Ambiguous, db_default=Ambiguous.RESEND)
    rate_per_s = models.FloatField(null=True)
    """An upper bound; null: as fast as the outlet takes it."""
    next_claim_at = models.DateTimeField(null=True)
    """With a rate: no chunk is claimed before this time, however many are overdue."""
    best_rate_per_s = models.FloatField(default=0)
    """The fastest that was seen, for people who wonder whether now is slow."""
    expand_cursor = models.BigIntegerField(null=True)
    """Highest subscriber id already expanded."""
    expanded_at = models.DateTimeField(null=True)
    planned = models.BigIntegerField(default=0)
    tally = models.JSONField(null=True)
    """Of a finished send: [[state, reason, number of rows], …], counted once at its end."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "send"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="send_account_id"),
            models.UniqueConstraint(
                fields=["account", "kind", "subject_id"],
                condition=models.Q(send_day__isnull=True),
                nulls_distinct=False,
                name="send_standing_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "kind", "subject_id"], name="send_subject"),
            models.Index(
                fields=["account"],
                name="send_unfinished",
                condition=models.Q(finished_at__isnull=True, send_day__isnull=False),
            ),
        ]


class ChunkState(models.TextChoices):
    OPEN: Any = "open", "May be claimed from `not_before` on"
    CLAIMED: Any = "claimed", "A sender holds the lease"
    DONE: Any = "done", "No row of it is open"


class Chunk(models.Model):
    """A run of ledger rows that one sender claims at a time: recipients first..last of one send."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    send_id = models.BigIntegerField()
    send_day = models.DateField()
    first_recipient_id = models.BigIntegerField()
    last_recipient_id = models.BigIntegerField()
    nth = models.IntegerField(null=True)
    """Run-on mail: exactly this repeat. Null: every row of the run (broadcasts)."""
    content_version_id = models.BigIntegerField()
    mail_class = models.SmallIntegerField()
    state = models.CharField(max_length=10, choices=ChunkState, default=ChunkState.OPEN)
    owner = models.CharField(max_length=100, blank=True, default="")
    epoch = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "chunk"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="chunk_account_id")]
        indexes = [
            models.Index(
                fields=["mail_class", "not_before", "id"],
                name="chunk_ready",
                condition=models.Q(state="open"),
            ),
            models.Index(fields=["lease_until"], name="chunk_leased", condition=models.Q(state="claimed")),
            models.Index(fields=["account", "send_id", "state"], name="chunk_send"),
        ]


class Delivery(models.Model):
    """The ledger. Partitioned by RANGE (send_day), fillfactor 70, no index on what changes."""

    pk = models.CompositePrimaryKey("account_id", "send_id", "recipient_id", "nth", "send_day")
    account_id = models.BigIntegerField()
    send_id = models.BigIntegerField()
    recipient_id = models.BigIntegerField()
    """A subscriber, or below zero a row of `other_recipient`."""
    nth = models.IntegerField()
    send_day = models.DateField()
    state = models.CharField(max_length=10)
    reason = models.TextField(null=True)
    attempts = models.SmallIntegerField()
    code = models.SmallIntegerField(null=True)
    enhanced = models.TextField(null=True)
    next_at = models.DateTimeField(null=True)
    lost = models.SmallIntegerField()
    """Tries whose answer was lost, since it was planned or planned anew."""
    deferred_at = models.DateTimeField(null=True)
    """When it was put off for the first time since then: its retry life runs from here."""
    at = models.DateTimeField()
    """The last move of the row."""

    class Meta:
        managed = False
        db_table = "delivery"


class DeliveryAttempt(models.Model):
    """A try that was not a plain yes: what the server said, up to 200 characters."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    send_id = models.BigIntegerField()
    recipient_id = models.BigIntegerField()
    nth = models.IntegerField()
    attempt = models.SmallIntegerField()
    outlet = models.CharField(max_length=50)
    stage = models.CharField(max_length=20)
    code = models.SmallIntegerField(null=True)
    enhanced = models.CharField(max_length=20, null=True)
    text = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "delivery_attempt"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="delivery_attempt_account_id")]
        indexes = [
            models.Index(fields=["account", "send_id", "id"], name="delivery_attempt_send"),
            models.Index(fields=["account", "send_id", "recipient_id"], name="delivery_attempt_recipient"),
        ]


class OtherRecipient(models.Model):
    """Somebody who is no subscriber: a member, an invited person, a test address. Ids run below zero."""

    id = models.BigIntegerField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    email = models.CharField(max_length=320)
    email_key = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        managed = False
        db_table = "other_recipient"


class InboxMessage(models.Model):
    """A message that went into the built-in test inbox instead of leaving the machine."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    send_id = models.BigIntegerField()
    recipient_id = models.BigIntegerField()
    nth = models.IntegerField()
    send_day = models.DateField()
    mail_from = models.TextField()
    rcpt_to = models.TextField()
    subject = models.TextField()
    raw = models.BinaryField()
    size_bytes = models.IntegerField()
    received_at = models.DateTimeField(db_default=Now())
    read_by_demo_at = models.DateTimeField(null=True)
    """When the demo's fake reader looked at it; null in every real account."""

    class Meta:
        db_table = "inbox_message"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="inbox_message_account_id"),
            models.UniqueConstraint(
                fields=["account", "send_id", "recipient_id", "nth"], name="inbox_message_once"
            ),
        ]


class Heartbeat(models.Model):
    """When a process last said that it lives, and what it did; screens and `doctor` read it."""

    name = models.CharField(max_length=100, primary_key=True)
    kind = models.CharField(max_length=20)
    seen_at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "heartbeat"
