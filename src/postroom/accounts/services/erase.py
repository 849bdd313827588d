"""Deleting an account: every row that carries its id, in whatever table, and its files."""

from __future__ import annotations

import shutil
from functools import partial
from graphlib import TopologicalSorter
from threading import Event

from django.db import connection, transaction
from django.db.models import Q

from postroom.accounts.errors import AccountNotFound
from postroom.accounts.models import Account, AccountKind, Invitation, Member, Token, User
from postroom.accounts.services import keys
from postroom.accounts.services.installing import mark_demo_filled
from postroom.lib import clock, sql
from postroom.settings import load

BATCH = 20_000  # rows of a table that go in one transaction


@transaction.atomic
def end_account(*, account_id: int) -> None:
    """Close a creator's account for everybody, at once and for good; the worker then deletes what is in it.

    Its users stay, even those without another. Raises AccountNotFound."""
    keys_of_nobody = keys.columns_of(keys.new_pair()) | {
        "previous_api_key": None,
        "previous_api_secret_hash": None,
        "previous_valid_until": None,
    }
    ended = Account.objects.filter(id=account_id, kind=AccountKind.CREATOR, ended_at=None)
    if not ended.update(ended_at=clock.now(), **keys_of_nobody):
        raise AccountNotFound("There is no such account.")
    for model in (Member, Token, Invitation):
        model.objects.filter(account_id=account_id).delete()
    keys.tell_changed()


def delete_ended(stop: Event) -> int:
    """Delete the accounts that were ended; what a killed worker left goes on. Answers how many are gone."""
    done = 0
    for account_id in Account.objects.exclude(ended_at=None).values_list("id", flat=True):
        if not _empty(account_id, stop):
            break
        delete_account(account_id=account_id)
        done += 1
    return done


def _empty(account_id: int, stop: Event) -> bool:
    """Deletes an account's rows in small transactions; False when it was told to stop before the end."""
    for table in tenant_tables():
        name = connection.ops.quote_name(table)
        deleted = 1
        while deleted:
            if stop.is_set():
                return False
            # A ctid is that of one partition only; whatever other row has the same is of this account, too.
            deleted = sql.execute(
                f"DELETE FROM {name} WHERE account_id = %s AND ctid = ANY(ARRAY(SELECT ctid FROM {name}"
                " WHERE account_id = %s LIMIT %s))",
                [account_id, account_id, BATCH],
            )
    return True


@transaction.atomic
def delete_account(*, account_id: int) -> None:
    """Delete a creator's account with everything in it, in one transaction, and its files.

    For accounts that are small or already emptied. Its users stay. Raises AccountNotFound."""
    account = Account.objects.select_for_update().filter(id=account_id, kind=AccountKind.CREATOR).first()
    if account is None:
        raise AccountNotFound("There is no such account.")
    with connection.cursor() as cursor:
        for table in tenant_tables():
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name} WHERE account_id = %s", [account_id])
        cursor.execute("DELETE FROM account WHERE id = %s", [account_id])
    keys.tell_changed()
    for folder in (load().media_dir, load().data / "imports"):
        transaction.on_commit(partial(shutil.rmtree, folder / str(account_id), ignore_errors=True))


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
