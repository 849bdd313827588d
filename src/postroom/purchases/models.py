"""Products, purchases and their lines."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from postroom.accounts.models import Account
from postroom.subscribers.models import Subscriber


class Product(models.Model):
    """What was sold, known by the id that the shop gives it. Made by the first purchase that names it."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    pid = models.CharField(max_length=255)
    """The shop's id as text: 9 and "9" are one product."""
    name = models.CharField(max_length=255)
    sku = models.CharField(max_length=255, null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "product"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="product_account_id"),
            models.UniqueConstraint(fields=["account", "pid"], name="product_pid"),
        ]


class Purchase(models.Model):
    """One transaction of a shop. Amounts are in the currency's own unit (12.50 is twelve and a half)."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False)
    subscriber = models.ForeignKey(
        Subscriber, models.DO_NOTHING, null=True, db_index=False, db_constraint=False
    )
    """Null once the person was erased."""
    transaction_id = models.CharField(max_length=255)
    status = models.CharField(max_length=50, default="paid")
    currency = models.CharField(max_length=3)
    subtotal = models.DecimalField(max_digits=20, decimal_places=4)
    shipping = models.DecimalField(max_digits=20, decimal_places=4)
    discount = models.DecimalField(max_digits=20, decimal_places=4)
    tax = models.DecimalField(max_digits=20, decimal_places=4)
    total = models.DecimalField(max_digits=20, decimal_places=4)
    transaction_time = models.DateTimeField()
    integration = models.CharField(max_length=255, blank=True, default="")
    """The shop's software, in its own words."""
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "purchase"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="purchase_account_id"),
            models.UniqueConstraint(fields=["account", "transaction_id"], name="purchase_transaction"),
        ]
        indexes = [
            models.Index(fields=["account", "subscriber"], name="purchase_subscriber"),
            models.Index(fields=["account", "-transaction_time"], name="purchase_time"),
        ]


class PurchaseLine(models.Model):
    """One product of a purchase, with name and price of that day."""

    account = models.ForeignKey(Account, models.CASCADE, db_index=False, db_constraint=False)
    purchase = models.ForeignKey(Purchase, models.CASCADE, db_index=False, db_constraint=False)
    product = models.ForeignKey(Product, models.CASCADE, db_index=False, db_constraint=False)
    position = models.IntegerField()
    pid = models.JSONField()
    """As it was sent: number or text."""
    lid = models.JSONField()
    """The shop's id of the line, as it was sent."""
    name = models.CharField(max_length=255)
    sku = models.CharField(max_length=255, null=True)
    unit_price = models.DecimalField(max_digits=20, decimal_places=4)
    quantity = models.IntegerField()

    class Meta:
        db_table = "purchase_line"
        constraints = [
            models.UniqueConstraint(fields=["account", "id"], name="purchase_line_account_id"),
            models.UniqueConstraint(fields=["account", "purchase", "position"], name="purchase_line_place"),
        ]
        indexes = [models.Index(fields=["account", "product"], name="purchase_line_product")]
