"""Frozen letters: what exactly a message said."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account


class ContentVersion(models.Model):
    """An immutable letter. Same content, same row: `hash` covers every other column."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    """document (block document), html (sanitised when rendered), raw (a finished text and html, no
    Liquid)."""
    subject = models.TextField()
    preview_text = models.TextField(blank=True, db_default="")
    body = models.JSONField()
    """document: {"v": 1, "doc": {...}}; html: {"html": "..."}; raw: {"sealed": "..."}, which holds
    {"text": "...", "html": "..." or null}."""
    from_name = models.TextField(blank=True, db_default="")
    from_email = models.TextField()
    reply_to = models.TextField(blank=True, db_default="")
    footer = models.BooleanField(default=True)
    """Postal address, unsubscribe link and list headers are added."""
    tracked = models.BooleanField(default=True)
    """Links are rewritten and the open pixel is added."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "content_version"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="content_version_account_id"),
            models.UniqueConstraint(fields=["account", "hash"], name="content_version_hash"),
        ]
