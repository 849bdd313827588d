"""Folding of insert-only counts."""

from __future__ import annotations

from postroom.lib import sql


def fold_counters(*, limit: int = 50_000) -> int:
    """Moves up to `limit` pending deltas of all accounts into their totals; answers how many."""
    found = sql.row(sql.load("subscribers", "fold_counters"), {"limit": limit})
    return int(found["n"]) if found else 0
