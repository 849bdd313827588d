"""Alice and Bob, a form, a browser. Imports stand inside: this file is read before Django is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from postroom.accounts.models import Account
    from postroom.forms.models import Form


@pytest.fixture
def alice(db: None) -> Account:
    from postroom.accounts import services

    return services.create_account(name="Alice", from_email="alice@letters.example")[0]


@pytest.fixture
def bob(db: None) -> Account:
    from postroom.accounts import services

    return services.create_account(name="Bob", from_email="bob@letters.example")[0]


@pytest.fixture
def form(alice: Account) -> Form:
    from postroom.forms import services

    return services.create(account_id=alice.pk, name="Weekly letter")


@pytest.fixture
def browser() -> Client:
    from django.test import Client

    return Client(enforce_csrf_checks=True)


def mails(account_id: int) -> int:
    """How many messages the account's ledger holds."""
    from postroom.lib import sql

    row = sql.row("SELECT count(*) AS n FROM delivery WHERE account_id = %s", [account_id])
    assert row is not None
    return int(row["n"])
