"""Named SQL files: one statement (or function) a file, next to the room that owns it.

`load("subscribers", "list_people")` reads `postroom/subscribers/sql/list_people.sql`. Files below
`sql/functions/` hold `CREATE OR REPLACE FUNCTION` and are installed by `install_functions` after each
migration, so that their text has one home and no history of copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import Cursor
from psycopg.rows import dict_row

_ROOT = Path(__file__).resolve().parents[1]
# Lower floors first: a function may call those of the floors below it.
FUNCTION_ROOMS = (
    *("events", "accounts", "subscribers", "content", "sending"),
    *("tracking", "sequences", "forms", "broadcasts"),
)


@cache
def load(room: str, name: str) -> str:
    """The text of `<room>/sql/<name>.sql`. Raises FileNotFoundError."""
    return (_ROOT / room / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def function_files() -> list[Path]:
    """Every SQL function file, in the order in which they are installed."""
    files: list[Path] = []
    for room in FUNCTION_ROOMS:
        files += sorted((_ROOT / room / "sql" / "functions").glob("*.sql"))
    return files


def install_functions() -> None:
    """Create or replace every SQL function. Safe to repeat; called by `postroom migrate`."""
    with connection.cursor() as cursor:
        cursor.execute("SET check_function_bodies = off")
        for file in function_files():
            cursor.execute(file.read_text(encoding="utf-8"))
        cursor.execute("RESET check_function_bodies")


def rows(statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
    """Run a statement and answer its rows as dictionaries, through Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        if cursor.description is None:
            return []
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def row(statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> dict[str, Any] | None:
    """The first row of a statement as a dictionary, or None."""
    found = rows(statement, parameters)
    return found[0] if found else None


def hot_row(statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> dict[str, Any] | None:
    """The first row, by a statement that stays prepared on the connection.

    For the few that run a thousand times a second, where planning costs as much as the work. Values are
    bound by the server, so their types must be plain."""
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None:  # as Django leaves it; its own cursors never prepare anyway
        raw.prepare_threshold = 0
    with connection.wrap_database_errors, Cursor(raw, row_factory=dict_row) as cursor:
        return cursor.execute(statement, parameters).fetchone()  # type: ignore[arg-type]


def execute(statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
    """Run a statement and answer how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)
