"""Slowing down whoever guesses: failures are counted, and past a limit each next try has to wait a little.

Nobody is locked out: who has waited is let through once, whatever others do meanwhile under another key."""

from __future__ import annotations

import math

from postroom.accounts import rules
from postroom.accounts.services import limiter
from postroom.accounts.services.limiter import Allowed
from postroom.lib import sql

_NO_LIMIT = 1_000_000_000


def count_failure(*, key: str, window_s: int) -> None:
    """Remember that a try of `key` failed."""
    limiter.hit(key=key, limit=_NO_LIMIT, window_s=window_s)


def let_try(*, failures: str, limit: int, window_s: int, waiter: str) -> Allowed:
    """Whether one more try may be made now, after the failures counted under `failures`; otherwise when.

    Past `limit` of them within `window_s` each try is preceded by a wait of `rules.sign_in_wait_s`; `waiter`
    names who waits. A try that is let through uses its wait up."""
    row = sql.row(sql.load("accounts", "count_tries"), {"key": failures[:200], "window": window_s})
    assert row is not None
    wait_s = rules.sign_in_wait_s(row["n"], limit)
    if not wait_s:
        return Allowed(True)
    found = sql.row(sql.load("accounts", "pass_after"), {"key": f"wait:{waiter}"[:200], "wait": wait_s})
    assert found is not None
    if found["wait_s"] is None:
        return Allowed(True)
    return Allowed(False, max(1, math.ceil(found["wait_s"])))
