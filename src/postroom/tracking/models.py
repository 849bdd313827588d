"""Opens and clicks: raw hits by day, and what they add up to per person and link."""

from __future__ import annotations

from django.db import models

from postroom.accounts.models import Account


class Hit(models.Model):
    """A raw hit. Partitioned by `day`; (spool, spool_offset) is its key, so a replay counts nothing twice."""

    pk = models.CompositePrimaryKey("spool", "spool_offset", "day")
    spool = models.TextField()
    spool_offset = models.BigIntegerField()
    day = models.DateField()
    account_id = models.BigIntegerField()
    send_id = models.BigIntegerField()
    recipient_id = models.BigIntegerField()
    nth = models.IntegerField()
    kind = models.TextField()
    """open, click, unsubscribe, probe (a HEAD, as scanners send it before their GET)."""
    link_no = models.SmallIntegerField(null=True)
    url = models.TextField(null=True)
    verdict = models.TextField()
    """person or machine."""
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.TextField(null=True)
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "hit"


class Engagement(models.Model):
    """What one recipient did with one message. `opens` and `clicks` are those of people."""

    pk = models.CompositePrimaryKey("account_id", "send_id", "recipient_id", "nth")
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    send_id = models.BigIntegerField()
    recipient_id = models.BigIntegerField()
    nth = models.IntegerField()
    opens = models.IntegerField(default=0)
    machine_opens = models.IntegerField(default=0)
    first_open_at = models.DateTimeField(null=True)
    last_open_at = models.DateTimeField(null=True)
    first_machine_at = models.DateTimeField(null=True)
    clicks = models.IntegerField(default=0)
    machine_clicks = models.IntegerField(default=0)
    first_click_at = models.DateTimeField(null=True)
    last_click_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "engagement"
        indexes = [models.Index(fields=["account", "recipient_id", "send_id"], name="engagement_recipient")]


class LinkClick(models.Model):
    """How often one recipient followed one link of one message."""

    pk = models.CompositePrimaryKey("account_id", "send_id", "link_no", "recipient_id", "nth")
    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    send_id = models.BigIntegerField()
    link_no = models.SmallIntegerField()
    recipient_id = models.BigIntegerField()
    nth = models.IntegerField()
    url = models.TextField()
    clicks = models.IntegerField(default=0)
    machine_clicks = models.IntegerField(default=0)
    first_at = models.DateTimeField()

    class Meta:
        db_table = "link_click"


class SpoolPosition(models.Model):
    """How far a spool has been drained; saved in the transaction that stored the hits."""

    spool = models.TextField(primary_key=True)
    position = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "spool_position"
