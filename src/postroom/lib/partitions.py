"""Range partitions by month, made ahead of time, with a DEFAULT partition as the net below."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

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
    with connection.cursor() as cursor:
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
    options = " WITH (fillfactor = 70)" if table == "delivery" else ""
    cursor.execute(  # type: ignore[attr-defined]
        f"CREATE TABLE {name} PARTITION OF {table}"
        f" FOR VALUES FROM ('{month:%Y-%m-%d}') TO ('{next_month(month):%Y-%m-%d}'){options}"
    )


def default_rows() -> dict[str, int]:
    """How many rows lie in each DEFAULT partition; anything but 0 deserves an alarm."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in PARTITIONED:
            cursor.execute(f"SELECT count(*) FROM {table}_default")
            found[table] = cursor.fetchone()[0]
    return found
