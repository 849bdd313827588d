"""The same purchase several times at once (contract section 2.9): one row, told once."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from postroom.accounts import services as accounts
from postroom.events.models import Fact
from postroom.purchases import queries, services
from postroom.subscribers.models import Subscriber
from postroom.subscribers.rules import Cause

LINES = [
    {"pid": 2, "lid": 1, "name": "Cord", "unit_price": 10, "quantity": 1},
    {"pid": 1, "lid": 2, "name": "Disk", "unit_price": 5, "quantity": 2},
]


@pytest.mark.django_db(transaction=True)
def test_kit_2_9_the_same_purchase_at_once_is_one() -> None:
    account, _ = accounts.create_account(name="Alice")
    found: list[int] = []
    together = Barrier(4)

    def once(turn: int) -> None:
        given = {
            "transaction_id": "9", "email_address": "a@x.com", "currency": "EUR",
            "products": LINES if turn % 2 else LINES[::-1],
        }  # fmt: skip
        try:
            together.wait(10)
            found.append(services.record(account_id=account.pk, given=given, cause=Cause("test")))
        finally:
            connection.close()

    threads = [Thread(target=once, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert [len(row.lines) for row in queries.list_purchases(account.pk)] == [2]
    assert Subscriber.objects.filter(account_id=account.pk).count() == 1
    kinds = list(Fact.objects.filter(account_id=account.pk).values_list("kind", flat=True))
    assert kinds.count("purchase_created") == 1
    assert kinds.count("product_purchased") == 2
