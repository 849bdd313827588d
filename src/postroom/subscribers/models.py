"""People, their tags and fields, where they belong, and every change of any of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from postroom.accounts.models import Account


class SubscriberState(models.TextChoices):
    """Kit's states; the label is what screens say."""

    ACTIVE = "active", "Confirmed"
    INACTIVE = "inactive", "Unconfirmed"
    CANCELLED = "cancelled", "Unsubscribed"
    BOUNCED = "bounced", "Bounced"
    COMPLAINED = "complained", "Complained"


class Subscriber(models.Model):
    """One person per address per account. `email` as typed; `email_key` from `rules.email_key`."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    email = models.CharField(max_length=320)
    email_key = models.CharField(max_length=320)
    first_name = models.CharField(max_length=255, null=True)
    state = models.CharField(max_length=10, choices=SubscriberState)
    fields = models.JSONField(db_default={})
    """Custom field values by field id as string: {"12": "Lisbon"}; unset fields are absent."""
    source = models.CharField(max_length=255, blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=20, null=True)
    """The current verification verdict; the verification room writes it."""

    class Meta:
        db_table = "subscriber"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="subscriber_account_id"),
            models.UniqueConstraint(fields=["account", "email_key"], name="subscriber_email_key"),
        ]
        indexes = [
            models.Index(fields=["account", "created_at", "id"], name="subscriber_created"),
            models.Index(fields=["account", "state", "created_at", "id"], name="subscriber_state_created"),
            models.Index(fields=["account", "updated_at"], name="subscriber_updated"),
            models.Index(
                fields=["account", "cancelled_at", "id"],
                name="subscriber_cancelled",
                condition=models.Q(state="cancelled"),
            ),
        ]


class Tag(models.Model):
    """A flat label. Names are unique without regard to case."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    name = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "tag"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="tag_account_id"),
            models.UniqueConstraint("account", Lower("name"), name="tag_name_key"),
        ]


class CustomField(models.Model):
    """A text field of the account's people. A rename moves `key`; the old one stays in `aliases`."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    label = models.CharField(max_length=255)
    key = models.CharField(max_length=255)
    aliases = ArrayField(models.CharField(max_length=255), db_default=models.Value("{}"))
    name = models.CharField(max_length=300)
    """Kit's `ck_field_<id>_<key>` as first given; never changes."""
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "custom_field"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="custom_field_account_id"),
            models.UniqueConstraint("account", Lower("label"), name="custom_field_label_key"),
            models.UniqueConstraint(fields=["account", "key"], name="custom_field_key_key"),
        ]


class Membership(models.Model):
    """A subscription in Kit's sense: a person's place under exactly one tag, form or sequence."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, db_index=False, db_constraint=False)
    tag_id = models.BigIntegerField(null=True)
    form_id = models.BigIntegerField(null=True)
    sequence_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    """active, inactive (waits for confirmation), cancelled (ended)."""
    source = models.CharField(max_length=255, null=True)
    referrer = models.CharField(max_length=2000, null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "membership"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="membership_account_id"),
            models.CheckConstraint(
                condition=models.expressions.RawSQL(
                    "num_nonnulls(tag_id, form_id, sequence_id) = 1", (), models.BooleanField()
                ),
                name="membership_one_subject",
            ),
            models.UniqueConstraint(
                fields=["account", "tag_id", "subscriber"],
                condition=models.Q(tag_id__isnull=False),
                name="membership_tag_once",
            ),
            models.UniqueConstraint(
                fields=["account", "form_id", "subscriber"],
                condition=models.Q(form_id__isnull=False),
                name="membership_form_once",
            ),
            models.UniqueConstraint(
                fields=["account", "sequence_id", "subscriber"],
                condition=models.Q(sequence_id__isnull=False),
                name="membership_sequence_once",
            ),
        ]
        indexes = [models.Index(fields=["account", "subscriber"], name="membership_subscriber")]


class Change(models.Model):
    """One change of one person, with its cause; the source of timeline, undo, sync and export."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, db_index=False, db_constraint=False, null=True)
    """None: the person was erased since; `created`, `state` and `erased` stay and name nobody."""
    kind = models.CharField(max_length=30)
    """created, state, email, first_name, field, tag, form, sequence, consent, erased."""
    subject_id = models.BigIntegerField(null=True)
    """The tag, form, sequence or field; of `erased` the id that the person had."""
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    cause_kind = models.CharField(max_length=30)
    """form, api, import, screen, unsubscribe, confirmation, bounce, complaint, bulk, undo, demo."""
    cause_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=200, blank=True, db_default="")
    """Who: `user:12`, `key:public`, `key:secret`, `subscriber`, or empty for the house itself."""
    origin = models.CharField(max_length=50, blank=True, db_default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "change"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="change_account_id")]
        indexes = [
            models.Index(fields=["account", "subscriber", "id"], name="change_subscriber"),
            models.Index(
                fields=["account", "cause_kind", "cause_id"],
                name="change_cause",
                condition=models.Q(cause_id__isnull=False),
            ),
            models.Index(
                fields=["account", "at"],
                name="change_growth",
                condition=models.Q(kind__in=["created", "state", "erased"]),
            ),
        ]


class Consent(models.Model):
    """What a person agreed to: the words shown, when, from where, and when it was confirmed."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, db_index=False, db_constraint=False)
    form_id = models.BigIntegerField(null=True)
    wording = models.TextField(blank=True)
    wording_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(db_default=Now())
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=500, blank=True, db_default="")
    page = models.CharField(max_length=2000, blank=True, db_default="")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_ip = models.GenericIPAddressField(null=True)

    class Meta:
        db_table = "consent"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="consent_account_id")]
        indexes = [models.Index(fields=["account", "subscriber"], name="consent_subscriber")]


class Suppression(models.Model):
    """An address that must not be mailed, whatever a file or a form says. Keyed by a hash of `email_key`."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    address_hash = models.BinaryField()
    reason = models.CharField(max_length=20)
    """complained, erased, bounced."""
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "suppression"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="suppression_account_id"),
            models.UniqueConstraint(fields=["account", "address_hash"], name="suppression_once"),
        ]


class CounterDelta(models.Model):
    """An insert-only change of a count; a job folds rows into `CounterTotal`. Count = total + deltas."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    subject = models.CharField(max_length=10)
    """people (subject_id 0), tag, form, sequence."""
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=10)
    n = models.IntegerField()

    class Meta:
        db_table = "counter_delta"
        indexes = [models.Index(fields=["account", "subject", "subject_id"], name="counter_delta_subject")]


class CounterTotal(models.Model):
    """The folded part of a count."""

    pk = models.CompositePrimaryKey("account_id", "subject", "subject_id", "state")
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    subject = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=10)
    n = models.BigIntegerField()

    class Meta:
        db_table = "counter_total"
