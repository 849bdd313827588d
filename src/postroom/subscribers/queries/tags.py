"""Tags of an account, and one person's place under one."""

from __future__ import annotations

from typing import Any

from postroom.lib import sql
from postroom.subscribers.errors import TagNotFound

_COLUMNS = "id, account_id, name, created_at, updated_at"


def list_tags(account_id: int) -> list[dict[str, Any]]:
    """Every tag, in the order they were made: id, account_id, name, created_at, updated_at."""
    return sql.rows(f"SELECT {_COLUMNS} FROM tag WHERE account_id = %s ORDER BY id", [account_id])


def get_tag(account_id: int, tag_id: int) -> dict[str, Any]:
    """One tag. Raises TagNotFound."""
    row = sql.row(f"SELECT {_COLUMNS} FROM tag WHERE account_id = %s AND id = %s", [account_id, tag_id])
    if row is None:
        raise TagNotFound
    return row


def exists(account_id: int, subscriber_id: int) -> bool:
    """Whether the account has such a person."""
    statement = "SELECT 1 AS n FROM subscriber WHERE account_id = %s AND id = %s"
    return sql.row(statement, [account_id, subscriber_id]) is not None


def place(account_id: int, subscriber_id: int, *, tag_id: int) -> dict[str, Any]:
    """A person's place under a tag: id, state, created_at, source, referrer. Raises TagNotFound."""
    row = sql.row(
        "SELECT id, state, created_at, source, referrer FROM membership"
        " WHERE account_id = %s AND subscriber_id = %s AND tag_id = %s",
        [account_id, subscriber_id, tag_id],
    )
    if row is None:
        raise TagNotFound
    return row
