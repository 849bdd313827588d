"""A lane takes chunks of its classes from claim to close: read, write out, declare, hand to an outlet,
wait, close."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from postroom.sending.ledger import Chunk, Ledger, Outcome, Row
from postroom.sending.letters import Letter, Letters, Unwritable
from postroom.sending.models import MailClass
from postroom.sending.outlets import Inbox, Message, Relay
from postroom.sending.pace import Pace
from postroom.sending.results import DATABASE_AWAY, Results

log = structlog.get_logger("postroom.sender")
POSTPONE_S = 60.0
SLICE_S = 0.005
"""For so long one lane may write messages without giving the others a turn."""
LOWER_SHARE = 10
"""Every so many claims a lane looks at its lowest class first, so that nothing starves."""


def pace_clock() -> float:
    """Seconds that also pass while the process, or the machine, is asleep: leases are judged by it."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(slots=True)
class Works:
    """What all lanes of a sender share."""

    ledger: Ledger
    letters: Letters
    results: Results
    inbox: Inbox
    pace: Pace
    held: dict[int, Chunk]
    """Chunks this sender has claimed, for the heartbeat."""
    halted: set[int]
    """Sends that were paused or cancelled a moment ago, by notification."""
    stopping: asyncio.Event


class Lane:
    """Claims for `classes` (highest first) and sends over `relay`, several chunks at the same moment."""

    def __init__(
        self, works: Works, relay: Relay, classes: Sequence[int], *, at_once: int, chunks: int
    ) -> None:
        self._works = works
        self._relay = relay
        self._classes = tuple(classes)
        self._at_once = at_once
        self._chunks = chunks
        self._turn = 0
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Work until the sender stops; comes back by itself after the database was away."""
        await asyncio.gather(*(self._repeat() for _ in range(self._at_once)))

    async def _repeat(self) -> None:
        works = self._works
        while not works.stopping.is_set():
            try:
                chunks = await self._claim()
                if chunks:
                    await self._work(chunks)
                    continue
            except DATABASE_AWAY as error:
                log.warning("the database does not answer", reason=type(error).__name__)
                await _pause(works.stopping, 1.0)
                await self._recheck()
                continue
            await self._sleep()

    async def _sleep(self) -> None:
        self.wake.clear()
        try:
            await asyncio.wait_for(self.wake.wait(), self._works.pace.idle_poll_s)
        except TimeoutError:
            return

    async def _claim(self) -> list[Chunk]:
        self._turn += 1
        order = self._classes if self._turn % LOWER_SHARE else self._classes[::-1]
        for mail_class in order:
            single = mail_class == MailClass.SEQUENCE  # a chunk for each message, as urgent mail has
            chunks = await self._works.ledger.claim(
                mail_class,
                at_most=self._works.pace.urgent_chunks if single else self._chunks,
                relay=self._relay.is_set,
                relay_open=self._relay.is_open,
                now=pace_clock(),
            )
            if chunks:
                self._works.held.update((chunk.id, chunk) for chunk in chunks)
                self._works.halted.difference_update(chunk.send_id for chunk in chunks)
                return chunks
        return []

    async def _work(self, chunks: list[Chunk]) -> None:
        works = self._works
        try:
            await self._send(await works.ledger.load(chunks))
        finally:
            # Also after an error: a chunk that is not given back would wait for its lease to lapse.
            await self._let_go(chunks)

    async def _send(self, rows: list[Row]) -> None:
        """Send rows, a batch at a time, as long as this sender may."""
        works = self._works
        for row in rows:
            if row.barred:
                works.results.add(
                    Outcome(row.chunk, row.recipient_id, row.nth, "excluded", reason=row.barred)
                )
        allowed = [row for row in rows if not row.barred]
        size = works.pace.batch_rows
        for start in range(0, len(allowed), size):
            batch = allowed[start : start + size]
            if not self._may_go_on(batch) or not await self._hand_over(await self._write(batch)):
                return

    async def _write(self, rows: list[Row]) -> list[Message]:
        messages = []
        letters = await self._letters_of({row.chunk.id: row.chunk for row in rows})
        rows = [row for row in rows if row.chunk.id in letters]
        await self._add_tags([row for row in rows if letters[row.chunk.id].needs_tags])
        began = time.monotonic()
        for row in rows:
            if (
                time.monotonic() - began > SLICE_S
            ):  # heavy letters: urgent mail and heartbeats take their turn
                await asyncio.sleep(0)
                began = time.monotonic()
            try:
                messages.append(letters[row.chunk.id].write(row))
            except Exception as fault:  # whatever is wrong with one message, the others go on
                if not isinstance(fault, Unwritable):
                    log.error("a message cannot be written", send=row.chunk.send_id, exc_info=fault)
                self._works.results.add(
                    Outcome(
                        row.chunk,
                        row.recipient_id,
                        row.nth,
                        "excluded",
                        reason="content",
                        text=str(fault),
                        stage="content",
                        keep=True,
                    )
                )
        return messages

    async def _letters_of(self, chunks: dict[int, Chunk]) -> dict[int, Letter]:
        """The letter of each chunk. One that cannot be made by a fault of the house waits; the others go
        on."""
        letters: dict[int, Letter] = {}
        for number, chunk in chunks.items():
            try:
                letters[number] = await self._works.letters.get(chunk)
            except DATABASE_AWAY:
                raise
            except Exception as error:
                chunk.postponed = True
                log.error("a letter cannot be made", send=chunk.send_id, exc_info=error)
        return letters

    async def _add_tags(self, rows: list[Row]) -> None:
        for account_id in {row.chunk.account_id for row in rows}:
            theirs = [row for row in rows if row.chunk.account_id == account_id]
            names = await self._works.ledger.load_tags(account_id, [row.recipient_id for row in theirs])
            for row in theirs:
                row.tags = names.get(row.recipient_id, ())

    async def _hand_over(self, messages: list[Message]) -> bool:
        """Declare messages and give them to their outlet; False when not all may leave any more."""
        works = self._works
        intended = await self._intend(messages) if messages else {}
        for message in messages:
            row = message.row
            attempt = intended.get((row.chunk.id, row.recipient_id, row.nth))
            if attempt is not None:
                message.attempt = attempt
                row.chunk.flying += 1
                await (works.inbox if row.chunk.to_inbox else self._relay).take(message)
        return len(intended) == len(messages)

    async def _intend(self, messages: list[Message]) -> dict[tuple[int, int, int], int]:
        try:
            return await self._works.ledger.intend([message.row for message in messages])
        except DATABASE_AWAY:
            # Whether it was committed cannot be known. None of these will leave now: say so as soon as the
            # database is back, which is harmless for rows that never became `intent`.
            for row in (message.row for message in messages):
                self._works.results.add(Outcome(row.chunk, row.recipient_id, row.nth, "planned", undo=1))
            raise

    def _may_go_on(self, rows: list[Row]) -> bool:
        works = self._works
        now = pace_clock()
        return not works.stopping.is_set() and all(
            chunk.send_id not in works.halted
            and now < chunk.deadline
            and (chunk.to_inbox or self._relay.is_open)
            for chunk in {row.chunk.id: row.chunk for row in rows}.values()
        )

    async def _let_go(self, chunks: list[Chunk]) -> None:
        works = self._works
        await works.results.landed(chunks)
        wait_s = 0.0 if all(chunk.to_inbox for chunk in chunks) else self._relay.rests_s
        await self._close([chunk for chunk in chunks if not chunk.postponed], wait_s)
        await self._close([chunk for chunk in chunks if chunk.postponed], POSTPONE_S)
        for chunk in chunks:
            works.held.pop(chunk.id, None)

    async def _close(self, chunks: list[Chunk], wait_s: float) -> None:
        while chunks and pace_clock() < chunks[0].deadline:
            try:
                await self._works.ledger.close_chunks(chunks, wait_s=wait_s)
                return
            except DATABASE_AWAY:
                await asyncio.sleep(0.5)
                await self._recheck()

    async def _recheck(self) -> None:
        try:
            await asyncio.wait_for(self._works.ledger.recheck(), 5)
        except (*DATABASE_AWAY, TimeoutError):
            return


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
