"""Gathers outcomes and writes them to the ledger in small transactions; keeps them while the database is
away."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import psycopg
import psycopg_pool
import structlog

from postroom.sending import ledger
from postroom.sending.journal import Journal
from postroom.sending.ledger import Chunk, Ledger, Outcome
from postroom.sending.pace import Pace

log = structlog.get_logger("postroom.sender")
DATABASE_AWAY = (psycopg.OperationalError, psycopg_pool.PoolTimeout, psycopg.InterfaceError)
_INBOX_BYTES = 4_000_000


class Results:
    """One flusher for a sender: every 10 ms or 100 rows, whichever comes first."""

    def __init__(self, book: Ledger, journal: Journal, pace: Pace) -> None:
        self._book = book
        self._journal = journal
        self._pace = pace
        self._marked: set[int] = set()
        """Accounts known to have sent by SMTP."""
        self._waiting: list[Outcome] = []
        self._bytes = 0
        self._wake = asyncio.Event()
        self._full = asyncio.Event()
        self._room = asyncio.Event()
        self._closing = False
        self.settled: dict[int, int] = defaultdict(int)
        """Messages settled per send since the last look of the heartbeat."""

    @property
    def backlog(self) -> int:
        """Outcomes that the ledger does not know yet."""
        return len(self._waiting)

    async def has_room(self) -> None:
        """Wait while many outcomes are not written yet."""
        while self.backlog > 2 * self._pace.flush_rows:
            self._room.clear()
            await self._room.wait()

    def add(self, outcome: Outcome) -> None:
        """Take an outcome; its chunk counts as flying until it is in the ledger."""
        outcome.chunk.flying += 1
        self.land(outcome)

    def land(self, outcome: Outcome) -> None:
        """Take the outcome of a message that was counted as flying when it was handed over."""
        self._waiting.append(outcome)
        if outcome.letter:
            self._bytes += len(outcome.letter[3])
        self._wake.set()
        if len(self._waiting) >= self._pace.flush_rows or self._bytes > _INBOX_BYTES:
            self._full.set()

    async def landed(self, chunks: list[Chunk]) -> None:
        """Wait until nothing of these chunks is in the air."""
        for chunk in chunks:
            while chunk.flying:
                chunk.landed = chunk.landed or asyncio.Event()
                chunk.landed.clear()
                await chunk.landed.wait()

    async def run(self) -> None:
        """Flush until `close` was called and nothing waits."""
        while not (self._closing and not self._waiting):
            await self._wake.wait()
            if not self._full.is_set() and not self._closing:
                await asyncio.sleep(self._pace.flush_s)
            batch = self._waiting[: self._pace.flush_rows * 4]
            self._waiting = self._waiting[len(batch) :]
            self._bytes = sum(len(o.letter[3]) for o in self._waiting if o.letter)
            if not self._waiting:
                self._wake.clear()
            if len(self._waiting) < self._pace.flush_rows:
                self._full.clear()
            if batch:
                await self._write(batch)
                self._room.set()
            if self._closing:
                self._wake.set()

    def close(self) -> None:
        """Let `run` end when everything is written."""
        self._closing = True
        self._wake.set()

    async def _write(self, batch: list[Outcome]) -> None:
        # One order for all, so that two flushes never wait for each other's rows.
        batch.sort(key=lambda o: (o.chunk.send_id, o.recipient_id, o.nth))
        fresh = {
            o.chunk.account_id for o in batch if o.state == "accepted" and not o.chunk.to_inbox
        } - self._marked
        try:
            moved = await self._write_until_back(batch, sorted(fresh))
        except psycopg.Error as error:
            await self._write_apart(batch, error)
            return
        self._marked |= fresh
        for outcome in batch:
            self._settle(outcome, (outcome.chunk.id, outcome.recipient_id, outcome.nth) in moved)
        if len(moved) < len(batch):
            log.warning("another sender has taken over", rows=len(batch) - len(moved))

    async def _write_until_back(
        self, batch: list[Outcome], fresh: list[int]
    ) -> dict[tuple[int, int, int], int]:
        pause = 0.05
        while True:
            try:
                async with self._book.transaction() as connection:
                    return await ledger.finish(connection, batch, fresh)
            except DATABASE_AWAY as error:
                log.warning("results wait for the database", rows=len(batch), reason=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)
                await _recheck(self._book)

    async def _write_apart(self, batch: list[Outcome], error: psycopg.Error) -> None:
        """One outcome that the database refuses must not stop the mail: halve until it stands alone."""
        if len(batch) > 1:
            middle = len(batch) // 2
            await self._write(batch[:middle])
            await self._write(batch[middle:])
            return
        [outcome] = batch
        log.error("an outcome cannot be written", send=outcome.chunk.send_id, exc_info=error)
        if outcome.bounce or outcome.keep:
            outcome.bounce = outcome.keep = False
            await self._write(batch)
        else:  # it stays in `intent`, for whoever takes the chunk over when the lease has lapsed
            self._settle(outcome, moved=False)

    def _settle(self, outcome: Outcome, moved: bool) -> None:
        if outcome.segment is not None:
            self._journal.settle(outcome.segment)
        chunk = outcome.chunk
        chunk.flying -= 1
        if not chunk.flying and chunk.landed:
            chunk.landed.set()
        if moved and outcome.state != "planned":
            self.settled[chunk.send_id] += 1


async def _recheck(book: Ledger) -> None:
    try:
        await asyncio.wait_for(book.recheck(), 5)
    except (*DATABASE_AWAY, TimeoutError):
        return
