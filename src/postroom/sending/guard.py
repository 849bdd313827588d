"""Stops a broadcast that cannot go well: everything of it is refused, or no answer ever comes."""

from __future__ import annotations

from collections.abc import Callable

from postroom.sending.ledger import Chunk
from postroom.sending.pace import LOST_IN_A_ROW
from postroom.sending.rules import Class

REFUSED_IN_A_ROW = 50
"""Refusals without one acceptance between them; each that is about the sender's identity counts for ten."""
_ADDRESS_CLASSES = (Class.INVALID, Class.INACTIVE, Class.FULL)


class Guard:
    """Counts, by send, what came in a row; calls `stop` once when it is too much."""

    def __init__(self, stop: Callable[[Chunk], None]) -> None:
        self._stop = stop
        self._refused: dict[int, int] = {}
        self._lost: dict[int, int] = {}

    def accepted(self, chunk: Chunk) -> None:
        """A message of it has arrived."""
        self._forget(chunk)

    def refused(self, chunk: Chunk, kind: Class) -> None:
        """A message of it was refused; what is about the address says nothing about the letter."""
        if kind not in _ADDRESS_CLASSES:
            weight = 10 if kind == Class.IDENTITY else 1
            self._count(self._refused, chunk, weight, REFUSED_IN_A_ROW)

    def lost(self, chunk: Chunk) -> None:
        """A message of it may have arrived: each further try is likely one more copy."""
        self._count(self._lost, chunk, 1, LOST_IN_A_ROW)

    def _count(self, counts: dict[int, int], chunk: Chunk, weight: int, most: int) -> None:
        if chunk.kind != "broadcast":
            return
        counts[chunk.send_id] = counts.get(chunk.send_id, 0) + weight
        if counts[chunk.send_id] >= most:
            self._forget(chunk)
            self._stop(chunk)

    def _forget(self, chunk: Chunk) -> None:
        self._refused.pop(chunk.send_id, None)
        self._lost.pop(chunk.send_id, None)
