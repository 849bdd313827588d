"""Range partitions by month, made ahead of time, with a DEFAULT partition as the net below."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction

# table → the column it is partitioned by; tests read this list.
PARTITIONED = {"fact": "day", "delivery": "send_day", "hit": "day"}
DAYS_AHEAD = 60


def month_of(day: date) -> date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after that of `day`."""
    return month_of(month_of(day) + timedelta(days=32))


def ensure_partitions(first: date, last: date) -> None:
    """Make every missing month partition from `first` to `last` for every partitioned table."""
    # One transaction: the lock is held to its end, so that two makers take turns. Users of the parent wait
    # while a partition is added; a long reader must not make them wait longer than this.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('postroom.partitions'))")
        for table in PARTITIONED:
            month = month_of(first)
            while month <= last:
                _ensure_month(cursor, table, month)
                month = next_month(month)


def _ensure_month(cursor: object, table: str, month: date) -> None:
    name = f"{table}_{month:%Y%m}"
    cursor.execute("SELECT to_regclass(%s)", [name])  # type: ignore[attr-defined]
    if cursor.fetchone()[0] is not None:  # type: ignore[attr-defined]
        return
    begins, ends = f"{month:%Y-%m-%d}", f"{next_month(month):%Y-%m-%d}"
    column = PARTITIONED[table]
    options = " WITH (fillfactor = 70)" if table == "delivery" else ""
    # Rows that came before their month lie in DEFAULT, which no partition may overlap: they move.
    cursor.execute(  # type: ignore[attr-defined]
        f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS){options}"
    )
    cursor.execute(  # type: ignore[attr-defined]
        f"WITH moved AS (DELETE FROM {table}_default WHERE {column} >= %s AND {column} < %s RETURNING *)"
        f" INSERT INTO {name} SELECT * FROM moved",
        [begins, ends],
    )
    cursor.execute(  # type: ignore[attr-defined]
        f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{begins}') TO ('{ends}')"
    )


def default_rows() -> dict[str, int]:
    """How many rows lie in each DEFAULT partition; anything but 0 deserves an alarm."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in PARTITIONED:
            cursor.execute(f"SELECT count(*) FROM {table}_default")
            found[table] = cursor.fetchone()[0]
    return found
