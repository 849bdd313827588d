"""Imports: a file, how its columns map, how far it came, and which rows were refused."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account, User


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "Waits for its mapping"
    RUNNING = "running", "Rows are being merged; `cursor` says how far"
    PAUSED = "paused", "Stopped by the house; `error` says why"
    FINISHED = "finished", "Every row is merged or refused"
    FAILED = "failed", "Stopped; `error` says why and what to do"
    CANCELLED = "cancelled", "Stopped by hand; merged rows stay"


class Import(models.Model):
    """One file of people. The row is the progress bar."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True)
    file_name = models.CharField(max_length=255)
    file_path = models.CharField(max_length=500)
    size_bytes = models.BigIntegerField()
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1)
    has_header = models.BooleanField(default=True, db_default=True)
    """The first row names the columns; otherwise it is a person already."""
    columns = models.JSONField(default=list)
    """[{"header": "Email", "samples": ["a@example.com", ...], "guess": "email"}]"""
    mapping = models.JSONField(default=list)
    """A column each: "email", "first_name", "tags", "skip", {"field": id}, {"new_field": label}; policy."""
    add_tag_ids = ArrayField(models.BigIntegerField(), default=list)
    new_state = models.CharField(max_length=10, default="active")
    source = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    cursor = models.BigIntegerField(default=0)
    """Rows of the file up to this line are merged or refused."""
    total_rows = models.BigIntegerField(default=0)
    created_count = models.BigIntegerField(default=0)
    changed_count = models.BigIntegerField(default=0)
    unchanged_count = models.BigIntegerField(default=0)
    left_count = models.BigIntegerField(default=0)
    """People who unsubscribed, bounced or complained: they stay so."""
    refused_count = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    tries = models.IntegerField(default=0, db_default=0)
    """How often the present batch broke; whole batches set it back."""
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "import"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="import_account_id")]


class ImportError(models.Model):
    """A refused row or cell, with its line in the file."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    import_id = models.BigIntegerField()
    line = models.BigIntegerField()
    value = models.TextField()
    reason = models.CharField(max_length=30)
    """A key of `imports.rules.REASONS`."""

    class Meta:
        db_table = "import_error"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="import_error_account_id")]
        indexes = [models.Index(fields=["account", "import_id", "line"], name="import_error_line")]
