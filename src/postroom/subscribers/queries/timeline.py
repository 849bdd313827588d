"""What changed about a person, and how the list grew."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from postroom.lib import clock, sql


def history(account_id: int, subscriber_id: int, *, limit: int = 200) -> list[dict[str, Any]]:
    """Changes of a person, newest first.

    Each has id, kind, subject_id, subject (its name now), before, after, cause_kind, cause_id, actor, at."""
    parameters = {"account": account_id, "subscriber": subscriber_id, "limit": limit}
    found = sql.rows(sql.load("subscribers", "list_changes"), parameters)
    for row in found:
        row |= {side: _value(row[side]) for side in ("before", "after")}
    return found


def _value(stored: Any) -> Any:
    # Django's connection hands jsonb over as text.
    return json.loads(stored) if isinstance(stored, str) else stored


def growth(account_id: int, *, days: int, time_zone: str) -> list[dict[str, Any]]:
    """The last `days` days of the account's calendar, oldest first: day, joined, left, total (at its end),
    top_source. Joined: became active; left: ceased to be active."""
    zone = ZoneInfo(time_zone)
    today = clock.now().astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    rows = sql.rows(
        sql.load("subscribers", "growth_by_day"),
        {"account": account_id, "zone": time_zone, "since": _midnight(first, zone)},
    )
    by_day = {row["day"]: row for row in rows}
    active = sql.row(
        "SELECT coalesce(sum(n), 0)::bigint AS n FROM (SELECT n FROM counter_total WHERE account_id = %(a)s"
        " AND subject = 'people' AND state = 'active' UNION ALL SELECT n FROM counter_delta"
        " WHERE account_id = %(a)s AND subject = 'people' AND state = 'active') c",
        {"a": account_id},
    )
    total = int(active["n"]) if active else 0
    found: list[dict[str, Any]] = []
    for offset in range(days):
        day = today - timedelta(days=offset)
        row = by_day.get(day, {"joined": 0, "left": 0, "top_source": None})
        found.append(
            {
                "day": day,
                "joined": row["joined"],
                "left": row["left"],
                "total": total,
                "top_source": row["top_source"],
            }
        )
        total -= row["joined"] - row["left"]
    return found[::-1]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
