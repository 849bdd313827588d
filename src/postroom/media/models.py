"""Uploaded images. The bytes lie in the media folder under the account and the content's hash."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account


class Media(models.Model):
    """One re-encoded image of an account."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=50)
    width = models.IntegerField()
    height = models.IntegerField()
    size_bytes = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "media"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="media_account_id"),
            models.UniqueConstraint(fields=["account", "sha256"], name="media_sha256"),
        ]
