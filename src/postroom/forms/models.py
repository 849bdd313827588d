"""Forms: where people join."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account


class Form(models.Model):
    """A sign-up form. `uid` (10 hex characters) is its public name in embeds and pages."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    uid = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=10, default="embed")
    """embed, or hosted (a landing page)."""
    format = models.CharField(max_length=12, null=True, default="inline")
    heading = models.CharField(max_length=500, blank=True, default="")
    description = models.TextField(blank=True, default="")
    button_text = models.CharField(max_length=200, default="Subscribe")
    note = models.TextField(blank=True, default="")
    """The line under the button; together with heading and description the wording people agree to."""
    fields = models.JSONField(default=list)
    """[{"key": "first_name" or a custom field's key, "label": "Name", "required": false}]; email always."""
    success_action = models.CharField(max_length=10, default="message")
    """message or redirect."""
    success_message = models.TextField(default="Success! Now check your email to confirm your subscription.")
    redirect_url = models.CharField(max_length=2000, blank=True, default="")
    incentive_enabled = models.BooleanField(default=True)
    incentive_subject = models.CharField(max_length=500, default="Please confirm your subscription")
    incentive_body = models.JSONField(default=dict)
    """Block document {"v": 1, "doc": ...}; a button with href "{{ confirmation_url }}" confirms."""
    incentive_redirect_url = models.CharField(max_length=2000, blank=True, default="")
    """Where the click leads; empty: our own thank-you page."""
    auto_confirm = models.BooleanField(default=False)
    """People are active at once; the incentive mail still goes."""
    tag_ids = ArrayField(models.BigIntegerField(), default=list)
    options = models.JSONField(default=dict)
    """Kit's data-options beyond the columns above."""
    style = models.JSONField(default=dict)
    """Colours, corners and picture, as `style.check_style` lets them in."""
    confirmation_send_id = models.BigIntegerField(null=True)
    confirmation_version_id = models.BigIntegerField(null=True)
    wording_at = models.DateTimeField(db_default=Now())
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "form"
        constraints = [models.UniqueConstraint(fields=["account", "id"], name="form_account_id")]


class FormDay(models.Model):
    """Visits of a form by day; folded from the spool of page views, approximate by nature."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    form_id = models.BigIntegerField()
    day = models.DateField()
    visits = models.IntegerField(default=0)

    class Meta:
        db_table = "form_day"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="form_day_account_id"),
            models.UniqueConstraint(fields=["account", "form_id", "day"], name="form_day_once"),
        ]


class FormPage(models.Model):
    """A page where a form was seen, without query string; at most fifty of each form."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    form_id = models.BigIntegerField()
    page = models.CharField(max_length=500)
    visits = models.BigIntegerField(default=0)
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "form_page"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="form_page_account_id"),
            models.UniqueConstraint(fields=["account", "form_id", "page"], name="form_page_once"),
        ]
