"""Facts: what happened, kept by day; and which of them still wait for their reactions."""

from __future__ import annotations

from django.db import models


class Fact(models.Model):
    """Partitioned by `day`; primary key (account_id, id, day). Written by `events.services.record`."""

    pk = models.CompositePrimaryKey("account_id", "id", "day")
    account_id = models.BigIntegerField()
    id = models.BigIntegerField()
    day = models.DateField()
    kind = models.TextField()
    subscriber_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "fact"


class FactPending(models.Model):
    """A fact whose reactions have not run yet. `parked_at` set: eight attempts failed, a person must look."""

    fact_id = models.BigIntegerField(primary_key=True)
    account_id = models.BigIntegerField()
    day = models.DateField()
    attempts = models.SmallIntegerField(db_default=0)
    next_at = models.DateTimeField()
    parked_at = models.DateTimeField(null=True)
    error = models.TextField(null=True)

    class Meta:
        managed = False
        db_table = "fact_pending"
