"""Deleting an account: every row that carries its id, in whatever table, and its files."""

from __future__ import annotations

import shutil
from functools import partial
from graphlib import TopologicalSorter

from django.db import connection, transaction
from django.db.models import Q

from postroom.accounts.errors import AccountNotFound
from postroom.accounts.models import Account, AccountKind, Member, User
from postroom.accounts.services import keys
from postroom.accounts.services.installing import mark_demo_filled
from postroom.lib import sql
from postroom.settings import load


@transaction.atomic
def delete_account(*, account_id: int) -> None:
    """Delete a creator's account with everything in it. Its users stay, even those without another.

    Raises AccountNotFound."""
    account = Account.objects.select_for_update().filter(id=account_id, kind=AccountKind.CREATOR).first()
    if account is None:
        raise AccountNotFound("There is no such account.")
    with connection.cursor() as cursor:
        for table in tenant_tables():
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name} WHERE account_id = %s", [account_id])
        cursor.execute("DELETE FROM account WHERE id = %s", [account_id])
    keys.tell_changed()
    folder = load().media_dir / str(account_id)
    transaction.on_commit(partial(shutil.rmtree, folder, ignore_errors=True))


@transaction.atomic
def remove_demo() -> int:
    """Delete all demo accounts and the users who belong to nothing else. Answers how many accounts went."""
    demos = list(Account.objects.filter(is_demo=True).values_list("id", flat=True))
    users = list(Member.objects.filter(account_id__in=demos).values_list("user_id", flat=True))
    for account_id in demos:
        delete_account(account_id=account_id)
    # The demo's own user may run a local installation; an operator who was invited into the demo stays.
    theirs = Q(is_superuser=False) | Q(email__endswith=".example")
    User.objects.filter(theirs, id__in=users, memberships=None).delete()
    if demos:
        mark_demo_filled()
    return len(demos)


def tenant_tables() -> list[str]:
    """Every table with a column account_id, those that point at others first.

    Read from the database and not from a list: a new room's table is never forgotten, and no room above must
    be known here."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for row in sql.rows(sql.load("accounts", "list_tenant_tables")):
        order.add(row["name"])
        for pointed_at in row["points_at"]:
            order.add(pointed_at, row["name"])
    return list(order.static_order())
