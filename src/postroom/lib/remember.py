"""Answers that cost much, kept for a while in proportion to what they cost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

TIMES = 20
"""An answer is kept this many times as long as it took: asking for it costs a twentieth of a core at most."""
MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Any
    fresh_until: float
    usable_until: float


class Remembered:
    """Answers by key within this process. While somebody finds one anew, others get the old one at once.

    One that took 100 ms is kept for 2 s, one of a second for 20 s: a screen may ask as often as it likes,
    whatever the size of the account."""

    def __init__(self, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._lock = threading.Lock()
        self._kept: dict[Hashable, _Kept] = {}
        self._gates: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """The answer under `key`, from `find` when there is none or it has grown too old."""
        kept = self._kept.get(key)
        if kept and self._timer() < kept.fresh_until:
            return kept.answer  # type: ignore[no-any-return]
        with self._lock:
            gate = self._gates.setdefault(key, threading.Lock())
        usable = kept is not None and self._timer() < kept.usable_until
        if not gate.acquire(blocking=not usable):
            assert kept is not None
            return kept.answer  # type: ignore[no-any-return]
        try:
            newer = self._kept.get(key)
            if newer is not kept and newer and self._timer() < newer.fresh_until:
                return newer.answer  # type: ignore[no-any-return]
            return self._find(key, find)
        finally:
            gate.release()

    def _find(self, key: Hashable, find: Callable[[], T]) -> T:
        began = self._timer()
        answer = find()
        ended = self._timer()
        stretch = TIMES * (ended - began)
        with self._lock:
            self._kept.pop(key, None)  # so that the oldest stands first
            self._kept[key] = _Kept(answer, ended + stretch, ended + 2 * stretch)
            while len(self._kept) > MOST_KEPT:
                oldest = next(iter(self._kept))
                del self._kept[oldest]
                self._gates.pop(oldest, None)
        return answer
