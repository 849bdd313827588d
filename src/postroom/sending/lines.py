"""The places for connections to one mail server, each with a rest of its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from postroom.sending import smtp
from postroom.sending.pace import Pace


class LineRests(Exception):
    """This line is not to be used now; others are."""


class Line:
    """A place for one connection, opened when it is needed and opened again when it was lost.

    Servers bound the connections of one client and send the next ones away. A line that is sent away while
    others work rests alone, from `line_rest_s` on and twice as long each time: soon no more lines are used
    than the server takes."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._connection: smtp.Connection | None = None
        self._lock = asyncio.Lock()
        self._woken = asyncio.Event()
        self._until = 0.0
        self._next_s = pace.line_rest_s
        self.stale = False
        self.is_opening = False

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None and self._connection.is_open

    @property
    def rests_s(self) -> float:
        """Seconds left of this line's rest; 0 when it has none."""
        return max(0.0, self._until - self._clock())

    def rest(self, seconds: float = 0.0) -> float:
        """Rest so long, or as long as its turn is; answers how long."""
        length = seconds or self._next_s
        if not seconds:
            self._next_s = min(self._next_s * 2, self._pace.hold_most_s)
        self._until = self._clock() + length
        self._woken.clear()
        return length

    def wake(self) -> None:
        """Rest no more: there is another server."""
        self._until, self._next_s = 0.0, self._pace.line_rest_s
        self._woken.set()

    async def rested(self) -> None:
        """Wait until the rest is over."""
        while left := self.rests_s:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), left)

    async def connection(self, outlet: smtp.Outlet) -> smtp.Connection:
        """The open connection. Raises OSError, SmtpError or LineRests."""
        async with self._lock:
            if self.rests_s:
                raise LineRests
            if self.stale or not self.is_open:
                # The old one is gone before the new one begins: for the server there is never one too many.
                await self.close()
                await self._open(outlet)
            assert self._connection is not None
            return self._connection

    async def _open(self, outlet: smtp.Outlet) -> None:
        self.is_opening = True
        try:
            fresh = smtp.Connection()
            await fresh.open(outlet)
        finally:
            self.is_opening = False
        self._connection = fresh
        self._next_s = self._pace.line_rest_s

    async def close(self) -> None:
        """QUIT, if there is a connection."""
        self.stale = False
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
