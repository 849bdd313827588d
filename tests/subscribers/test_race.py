"""The same address from many sides at once is one person, counted once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from postroom.accounts import services as accounts
from postroom.lib import sql
from postroom.subscribers import queries, services
from postroom.subscribers.rules import Cause


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_person_with_one_tag() -> None:
    account = accounts.create_account(name="Alice")[0].id
    tag = services.create_tag(account_id=account, name="VIP")["id"]

    def join(n: int) -> int:
        try:
            made = services.subscribe(
                account_id=account,
                email=f"{'A' if n % 2 else 'a'}da@x.com",
                first_name=f"Ada {n}",
                tag_ids=[tag],
                cause=Cause("api"),
            )
            return made.id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(join, range(24)))
    assert len(ids) == 1
    assert queries.state_counts(account)["active"] == 1
    assert queries.place_counts(account, "tag", tag)["active"] == 1
    kinds = [
        r["kind"] for r in sql.rows("SELECT kind FROM fact WHERE account_id = %s ORDER BY kind", [account])
    ]
    assert kinds == ["subscriber_activated", "tag_added"]
