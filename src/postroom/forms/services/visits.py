"""How often a form is looked at: counted in memory, written every 20 s, so a rough number."""

from __future__ import annotations

import threading
import time
from collections import Counter
from urllib.parse import urlsplit

from django.db import transaction

from postroom.lib import clock, sql

FLUSH_INTERVAL_S = 20.0
MAX_PAGES = 50
"""Of one form: an address that comes with a request can be made up, so the list has an end."""
MAX_PAGE_CHARS = 500
_counts: Counter[tuple[int, int, str]] = Counter()
_lock = threading.Lock()
_flushed_at = time.monotonic()


def note_visit(*, account_id: int, form_id: int, page: str = "") -> None:
    """Remembers one look at a form; every 20 s what was remembered is written.

    `page`: the address of the page that carries the form, as the browser names it; empty: the form's own."""
    global _flushed_at
    with _lock:
        _counts[account_id, form_id, plain_page(page)] += 1
        due = time.monotonic() - _flushed_at >= FLUSH_INTERVAL_S
        if due:
            _flushed_at = time.monotonic()
    if due:
        count_visits()


def plain_page(address: str) -> str:
    """Host and path of a web address, without what may tell of a reader; empty when it is none."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    page = f"{host}{port}{parts.path.rstrip('/')}"
    good = parts.scheme in ("http", "https") and host and page.isprintable() and len(page) <= MAX_PAGE_CHARS
    return page if good else ""


@transaction.atomic
def count_visits() -> int:
    """Writes what this process has remembered. Returns the number of visits."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    if not taken:
        return 0
    visits = {
        "accounts": [account for account, _, _ in taken],
        "forms": [form for _, form, _ in taken],
        "pages": [page for _, _, page in taken],
        "visits": list(taken.values()),
    }
    sql.execute(sql.load("forms", "add_visits"), {**visits, "day": clock.today()})
    sql.execute(sql.load("forms", "add_pages"), {**visits, "most": MAX_PAGES})
    return sum(taken.values())
