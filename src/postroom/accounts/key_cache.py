"""Key → account, kept for at most 5 seconds in each process and dropped at once by NOTIFY.

A thread listens on a connection of its own. While it is not listening, nothing is cached for longer than the
5 seconds that hold in any case; whenever its connection ends, everything is dropped.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg

from postroom.lib import clock
from postroom.settings import load

CHANNEL = "postroom_keys"
TTL_S = 5.0
MAX_ENTRIES = 10_000
log = logging.getLogger("postroom.keys")

_entries: dict[tuple[str, str], tuple[float, Any]] = {}
_generation = 0
_lock = threading.Lock()
_listener: tuple[int, threading.Thread] | None = None


def look_up(kind: str, key: str, find: Callable[[], tuple[Any, datetime | None]]) -> Any:
    """The cached answer, else `find()` → (answer, valid until or None); an absent one is never cached."""
    entry = _entries.get((kind, key))
    if entry is not None and entry[0] > time.monotonic():
        return entry[1]
    _ensure_listener()
    seen = _generation
    found, valid_until = find()
    if found is None:
        return None
    ttl = TTL_S
    if valid_until is not None:
        ttl = min(ttl, (valid_until - clock.now()).total_seconds())
    with _lock:
        # What was read before a change must not be put back after it: the generation tells.
        if seen == _generation and ttl > 0:
            if len(_entries) >= MAX_ENTRIES:
                _entries.clear()
            _entries[(kind, key)] = (time.monotonic() + ttl, found)
    return found


def clear() -> None:
    """Forget everything."""
    global _generation
    with _lock:
        _generation += 1
        _entries.clear()


def _ensure_listener() -> None:
    global _listener
    if _listener is not None and _listener[0] == os.getpid() and _listener[1].is_alive():
        return
    with _lock:
        if _listener is None or _listener[0] != os.getpid() or not _listener[1].is_alive():
            thread = threading.Thread(target=_listen, name="key-cache", daemon=True)
            _listener = (os.getpid(), thread)
            thread.start()


def _listen() -> None:
    pause_s = 0.5
    while True:
        began = time.monotonic()
        try:
            _listen_once()
        except (psycopg.Error, OSError) as error:
            log.debug("not listening for changed keys: %s", type(error).__name__)
        clear()
        time.sleep(pause_s)
        pause_s = 0.5 if time.monotonic() - began > 10 else min(pause_s * 2, 10)


def _listen_once() -> None:
    with psycopg.connect(load().database_dsn(), autocommit=True, connect_timeout=5) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        clear()
        for _ in connection.notifies():
            clear()
