"""The sender process: settles what its predecessor left, then claims, writes and sends until it is told to
stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import psycopg
import structlog
import uvloop

from postroom.sending import journal, recovery
from postroom.sending.journal import Journal, Slot
from postroom.sending.lane import Lane, Works, pace_clock
from postroom.sending.ledger import Chunk, Ledger, Row
from postroom.sending.letters import Letters
from postroom.sending.models import MailClass
from postroom.sending.outlet import unseal
from postroom.sending.outlets import Inbox, Relay
from postroom.sending.pace import PACE, Pace
from postroom.sending.results import DATABASE_AWAY, Results
from postroom.settings import Settings

log = structlog.get_logger("postroom.sender")
CHANNEL = "postroom_mail"
BEAT_S = 1.0
RELAY_LOOK_S = 2.0


def main(settings: Settings, pace: Pace = PACE) -> None:
    """Send until SIGTERM or SIGINT; then finish what is in the air, at most `pace.drain_s`."""
    # Whoever stops this process waits for `drain_timeout_s`, then kills it: be done a little before.
    pace = replace(pace, drain_s=min(pace.drain_s, max(1.0, settings.drain_timeout_s - 3.0)))
    with journal.hold_slot(settings.data) as slot:
        uvloop.run(Sender(settings, slot, pace).run())


class Sender:
    """One sender in one slot. Two lanes: single messages over a connection of their own, bulk over the
    others."""

    def __init__(self, settings: Settings, slot: Slot, pace: Pace) -> None:
        self._settings = settings
        self._slot = slot
        self._pace = pace
        self._stopping = asyncio.Event()
        self._ledger = Ledger(settings.database_dsn(), slot.owner, pace)
        self._rates: dict[int, float] = {}
        self._sent = 0
        self._guards: set[asyncio.Task[Any]] = set()
        self._strays: set[int] = set()

    async def run(self) -> None:
        """See `main`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        if not await self._begin():
            return
        self._build()
        background = [
            asyncio.create_task(task)
            for task in (self._urgent_relay.run(), self._bulk_relay.run(), self._listen(), *self._rounds())
        ]
        flusher = asyncio.create_task(self._results.run())
        lanes = [asyncio.create_task(lane.run()) for lane in (self._urgent, self._bulk)]
        log.info("sender ready", slot=self._slot.directory.name)
        failed = await _first_end([*background, flusher, *lanes], self._stopping)
        await self._drain(lanes, flusher, background)
        if failed:
            raise SystemExit(1)

    async def _begin(self) -> bool:
        """Connect, however long the database takes, and settle what senders that died have left."""
        while not self._stopping.is_set():
            try:
                await self._ledger.open()
                with journal.hold_orphans(self._settings.data) as orphans:
                    for slot in (self._slot, *orphans):
                        await recovery.recover_slot(self._ledger, slot)
                return True
            except DATABASE_AWAY as error:
                log.warning("waiting for the database", reason=type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), 1)
                self._ledger = Ledger(self._settings.database_dsn(), self._slot.owner, self._pace)
        return False

    def _build(self) -> None:
        self._journal = Journal(self._slot.directory)
        self._results = Results(self._ledger, self._journal, self._pace)
        self._works = Works(
            ledger=self._ledger,
            letters=Letters(self._ledger, self._settings),
            results=self._results,
            inbox=Inbox(
                self._results,
                most=self._settings.inbox_max_messages,
                most_bytes=self._settings.inbox_max_bytes,
            ),
            pace=self._pace,
            held={},
            halted=set(),
            stopping=self._stopping,
        )
        self._bulk_relay = self._relay(max(1, self._settings.sender_connections - 1))
        # Where the server's bound leaves no connection for urgent mail, bulk mail hands one over.
        self._urgent_relay = self._relay(1, make_room=self._bulk_relay.give_way)
        self._urgent = Lane(
            self._works,
            self._urgent_relay,
            [MailClass.TRANSACTIONAL],
            at_once=1,
            chunks=self._pace.urgent_chunks,
        )
        self._bulk = Lane(
            self._works,
            self._bulk_relay,
            [MailClass.SEQUENCE, MailClass.BROADCAST, MailClass.QUARANTINE],
            at_once=self._pace.chunks_at_once,
            chunks=1,
        )
        if self._settings.smtp_url:
            self._use_relay(self._settings.smtp_url)

    def _relay(self, connections: int, make_room: Callable[[], bool] = lambda: False) -> Relay:
        return Relay(
            self._results,
            self._journal,
            self._pace,
            connections=connections,
            clock=pace_clock,
            may_begin=self._may_begin,
            on_guard=self._guard,
            make_room=make_room,
        )

    def _may_begin(self, row: Row) -> bool:
        """The last look before a message is offered: the lease still ours, the send not halted."""
        return pace_clock() < row.chunk.deadline and row.chunk.send_id not in self._works.halted

    def _guard(self, chunk: Chunk) -> None:
        """Pause a broadcast that the mail server refuses as a whole."""
        self._works.halted.add(chunk.send_id)
        task = asyncio.create_task(
            self._ledger.fetch("guard_send", account=chunk.account_id, send=chunk.send_id), name="guard"
        )
        self._guards.add(task)
        task.add_done_callback(self._guards.discard)

    def _use_relay(self, url: str | None) -> None:
        self._urgent_relay.use(url)
        self._bulk_relay.use(url)

    def _rounds(self) -> list[Coroutine[Any, Any, None]]:
        rounds = [self._repeat(self._beat, BEAT_S), self._repeat(self._keep_leases, self._pace.heartbeat_s)]
        if not self._settings.smtp_url:
            rounds.append(self._repeat(self._look_for_relay, RELAY_LOOK_S))
        return rounds

    async def _repeat(self, act: Any, every_s: float) -> None:
        while True:
            try:
                await act(every_s)
            except DATABASE_AWAY as error:
                log.debug("a round was left out", act=act.__name__, reason=type(error).__name__)
            await asyncio.sleep(every_s)

    async def _beat(self, every_s: float) -> None:
        """Write down that this sender lives and how fast each send leaves."""
        settled = dict(self._results.settled)
        self._results.settled.clear()
        self._sent += sum(settled.values())
        for send in {*settled, *self._rates}:
            now = settled.get(send, 0) / every_s
            self._rates[send] = now if send not in self._rates else self._rates[send] * 0.6 + now * 0.4
        self._rates = {send: rate for send, rate in self._rates.items() if rate > 0.05}
        detail = {"rates": {str(k): round(v, 1) for k, v in self._rates.items()}, "sent": self._sent}
        detail |= {"host": socket.gethostname(), "rests_s": round(self._bulk_relay.rests_s, 1)}
        if trouble := self._bulk_relay.trouble or self._urgent_relay.trouble:
            detail["trouble"] = trouble[:300]
        await self._ledger.fetch("beat", owner=self._slot.owner, detail=json.dumps(detail))
        if settled:
            await self._ledger.fetch(
                "note_pace", sends=list(settled), rates=[self._rates.get(send, 0.0) for send in settled]
            )

    async def _keep_leases(self, _: float) -> None:
        """Prolong what is held; take over what other senders, or a lost claim, left behind."""
        held = list(self._works.held.values())
        now = pace_clock()
        kept = await self._ledger.extend(held)
        for chunk in held:
            if chunk.id in kept:
                chunk.deadline = now + self._pace.lease_s
            elif chunk.id in self._works.held:
                chunk.deadline = 0.0
        found = await self._ledger.fetch(
            "list_strays", owner=self._slot.owner, held=[*kept, *self._works.held]
        )
        strays = {row["id"] for row in found}
        if again := strays & self._strays:  # twice in a row: no claim whose answer is on its way
            await recovery.recover_strays(self._ledger, self._slot, again)
        self._strays = strays - again
        await recovery.reap(self._ledger, self._pace.lease_s)

    async def _look_for_relay(self, _: float) -> None:
        """Follow the relay that is chosen on the screens."""
        found = await self._ledger.fetch("read_relay")
        url = None
        if found:
            try:
                url = unseal(bytes(found[0]["smtp_url_sealed"]))
            except ValueError:
                log.error("the saved mail server cannot be read", help="Enter it again in Settings, Sending.")
        self._use_relay(url)

    async def _listen(self) -> None:
        """Wake the lanes when mail was planned; stop a send at once when it was paused or cancelled."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._settings.database_dsn(), autocommit=True
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._urgent.wake.set()
                    self._bulk.wake.set()
                    async for notice in connection.notifies():
                        self._hear(notice.payload)
            except psycopg.Error as error:
                log.debug("not listening", reason=type(error).__name__)
            await asyncio.sleep(1)

    def _hear(self, payload: str) -> None:
        if payload.startswith("halt:"):
            self._works.halted.add(int(payload.removeprefix("halt:")))
        elif payload == str(int(MailClass.TRANSACTIONAL)):
            self._urgent.wake.set()
        else:
            self._bulk.wake.set()

    async def _drain(
        self,
        lanes: list[asyncio.Task[None]],
        flusher: asyncio.Task[None],
        background: list[asyncio.Task[Any]],
    ) -> None:
        """Let messages in the air end, write their outcomes, give the chunks back."""
        log.info("draining", chunks=len(self._works.held))
        self._stopping.set()
        for lane in (self._urgent, self._bulk):
            lane.wake.set()
        _, late = await asyncio.wait(lanes, timeout=self._pace.drain_s)
        self._results.close()
        if late:
            log.warning("the drain took too long; the journal knows the rest")
        else:
            await asyncio.wait([flusher], timeout=5)
        for task in (*background, *late):
            task.cancel()
        await asyncio.gather(*background, *late, return_exceptions=True)
        await asyncio.gather(self._urgent_relay.close(), self._bulk_relay.close(), return_exceptions=True)
        self._journal.close()
        await self._ledger.close()
        log.info("sender stopped", sent=self._sent + sum(self._results.settled.values()))


async def _first_end(tasks: list[asyncio.Task[Any]], stopping: asyncio.Event) -> bool:
    """Wait for the order to stop, or for a task that failed (True): then the process ends, to be started
    again."""
    stop = asyncio.create_task(stopping.wait())
    done, _ = await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    for task in done - {stop}:
        log.error("a part of the sender failed", exc_info=task.exception())
    return bool(done - {stop})
