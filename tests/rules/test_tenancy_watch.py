"""The watch of tests/support/tenancy sees a leak: each is planted here, and found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.tenancy import WITNESS

READS = {
    "a plain read": "SELECT name FROM tag",
    "a count": "SELECT count(*) FROM tag",
    "a look-up by id alone": "SELECT name FROM tag WHERE id = %(bobs)s",
    "a join that leaves the account out": (
        "SELECT mine.id FROM tag mine JOIN tag other ON other.name <> mine.name"
        " WHERE mine.account_id = %(alice)s"
    ),
    "what only asks whether there is one": "SELECT EXISTS (SELECT FROM tag WHERE name LIKE 'Bob%%')",
    "a sub-select": "SELECT id, (SELECT max(name) FROM tag) FROM account WHERE id = %(alice)s",
}
CHANGES = {
    "an update by id alone": "UPDATE tag SET name = 'Mine' WHERE id = %(bobs)s",
    "a delete by id alone": "DELETE FROM tag WHERE id = %(bobs)s",
    "a row for somebody else": "INSERT INTO tag (account_id, name) VALUES (%(bob)s, 'Mine')",
    "a row given away": "UPDATE tag SET account_id = %(bob)s WHERE account_id = %(alice)s",
}
ALLOWED = {
    "a read of one's own": "SELECT name FROM tag WHERE account_id = %(alice)s",
    "by a condition that could leak": (
        "SELECT name FROM tag WHERE account_id = %(alice)s AND name ILIKE '%%tag' AND lower(name) <> ''"
    ),
    "a look-up by somebody else's id": "SELECT name FROM tag WHERE account_id = %(alice)s AND id = %(bobs)s",
    "a write": "UPDATE tag SET name = 'Mine' WHERE account_id = %(alice)s AND id = %(bobs)s",
    "what belongs to no account": "SELECT count(*) FROM installation",
}


@dataclass
class Both:
    """Alice's account and Bob's, a tag each."""

    alice: int
    bob: int
    bobs: int
    secret: str


@pytest.fixture
def both(db: None, monkeypatch: pytest.MonkeyPatch) -> Both:
    from postroom.accounts import services as accounts
    from postroom.accounts.services import limiter
    from postroom.subscribers import services as people

    monkeypatch.setattr(limiter, "hit", lambda **_: limiter.Allowed(True))
    alice, pair = accounts.create_account(name="Alice")
    bob, _ = accounts.create_account(name="Bob")
    people.create_tag(account_id=alice.pk, name="Alice's tag")
    bobs = people.create_tag(account_id=bob.pk, name="Bob's tag")["id"]
    return Both(alice.pk, bob.pk, bobs, pair.api_secret)


def met(both: Both, statement: str) -> set[tuple[int, str, str]]:
    """Caller, table and owner of the foreign rows that the statement meets as Alice."""
    from postroom.lib import sql

    with WITNESS.calling(both.alice):
        sql.rows(statement, vars(both))
    return {(seen.caller, seen.table, seen.account) for seen in WITNESS.take()}


@pytest.mark.parametrize("statement", (READS | CHANGES).values(), ids=(READS | CHANGES).keys())
def test_a_statement_that_leaks_is_seen(both: Both, statement: str) -> None:
    assert met(both, statement) == {(both.alice, "tag", str(both.bob))}


@pytest.mark.parametrize("statement", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_statement_of_ones_own_is_not(both: Both, statement: str) -> None:
    assert met(both, statement) == set()


def test_everything_may_be_seen_outside_a_call(both: Both) -> None:
    from postroom.lib import sql

    assert len(sql.rows("SELECT name FROM tag")) == 2
    assert WITNESS.take() == []


def test_what_was_undone_was_seen_all_the_same(both: Both) -> None:
    from django.db import transaction

    from postroom.lib import sql

    with WITNESS.calling(both.alice), transaction.atomic():
        sql.execute("DELETE FROM tag WHERE id = %s", [both.bobs])
        transaction.set_rollback(True)
    assert [seen.table for seen in WITNESS.take()] == ["tag"]


def leak(account_id: int) -> Any:
    """A query that forgets the account which it was given."""
    from postroom.lib import sql

    return sql.rows("SELECT id, name, created_at FROM tag ORDER BY id")


def test_a_door_whose_query_leaks_is_seen(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    from postroom.subscribers import queries

    monkeypatch.setattr(queries, "list_tags", leak)
    Client(raise_request_exception=False).get("/v3/tags", {"api_secret": both.secret})
    seen = WITNESS.take()
    assert [(one.caller, one.table, one.account) for one in seen] == [(both.alice, "tag", str(both.bob))]
    assert "FROM tag ORDER BY id" in str(seen[0])


def test_a_service_that_writes_elsewhere_is_seen_and_its_line_named(both: Both) -> None:
    from postroom.subscribers import services as people

    with WITNESS.calling(both.alice):
        people.rename_tag(account_id=both.bob, tag_id=both.bobs, name="Taken over")
    seen = WITNESS.take()
    assert {one.account for one in seen} == {str(both.bob)}
    assert all(one.line.startswith("postroom/subscribers/") for one in seen)


def test_the_call_of_a_service_is_a_call_of_the_account_it_names(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No door, and nobody said who calls: a part of a statement that forgets the account is seen."""
    from postroom.subscribers import queries
    from postroom.subscribers.queries import tags

    monkeypatch.setattr(tags, "_COLUMNS", "id, (SELECT max(name) FROM tag) AS name")
    queries.list_tags(both.alice)
    assert {(seen.caller, seen.table, seen.account) for seen in WITNESS.take()} == {
        (both.alice, "tag", str(both.bob))
    }


def test_every_table_of_a_tenant_is_watched(db: None) -> None:
    from postroom.lib import sql

    bare = sql.rows(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " AND (a.attname = 'account_id' OR c.relname = 'account')"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity"
        " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))"
    )
    role = sql.row("SELECT rolsuper OR rolbypassrls AS is_blind FROM pg_roles WHERE rolname = current_user")
    assert (bare, role) == ([], {"is_blind": False})
