"""How often a form is looked at: counted in memory, written every 20 s, so a rough number."""

from __future__ import annotations

import threading
import time
from collections import Counter

from django.db import transaction

from postroom.lib import clock, sql

FLUSH_INTERVAL_S = 20.0
_counts: Counter[tuple[int, int]] = Counter()
_lock = threading.Lock()
_flushed_at = time.monotonic()


def note_visit(*, account_id: int, form_id: int) -> None:
    """Remembers one look at a form; every 20 s what was remembered is written."""
    global _flushed_at
    with _lock:
        _counts[account_id, form_id] += 1
        due = time.monotonic() - _flushed_at >= FLUSH_INTERVAL_S
        if due:
            _flushed_at = time.monotonic()
    if due:
        count_visits()


@transaction.atomic
def count_visits() -> int:
    """Writes what this process has remembered. Returns the number of visits."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    if not taken:
        return 0
    sql.execute(
        sql.load("forms", "add_visits"),
        {
            "accounts": [account for account, _ in taken],
            "forms": [form for _, form in taken],
            "visits": list(taken.values()),
            "day": clock.today(),
        },
    )
    return sum(taken.values())
