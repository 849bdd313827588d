"""The worker's async loop: takes due deliveries, calls their targets, writes down what came back.

At least once: a row stays due until its end is written; a lease keeps two workers from calling together.
Few calls at once go to each host, and hosts that were slow or failed share a part of all places, so that none
of them keeps the others waiting."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from dataclasses import dataclass, field
from threading import Event as Flag
from typing import Any

import psycopg
import structlog
from psycopg.rows import dict_row

from postroom import __version__
from postroom.lib import clock, http, sql
from postroom.webhooks import rules, services

log = structlog.get_logger("postroom.webhooks")

POLL_S = 0.25
BATCH_S = 0.02
TIMEOUT_S = 10.0
LEASE_S = 60.0
USABLE_S = LEASE_S - TIMEOUT_S - 10  # started later, a call might end behind its lease
MAX_ANSWER = 64 * 1024
KEPT_ANSWER = 1000
AT_ONCE, SLOW_AT_ONCE = 400, 200  # in all, and of those for hosts that are not known to answer quickly
PACES = {"fast": 20, "slow": 4, "silent": 1}
"""Calls at once to a host; one that nobody has heard of counts as silent until it answers."""
SLOW_MS = 2000
FIRST_DEPTH, MAX_DEPTH = 24, 400
CLAIM_LIMIT = 2000
FORGET_HOST_S = 600

Row = dict[str, Any]


@dataclass
class Host:
    """What waits for one host here, and how it has been lately."""

    queue: deque[tuple[Row, float]] = field(default_factory=deque)
    running: int = 0
    pace: str = "silent"
    depth: int = FIRST_DEPTH
    """How many to hold at a time: grows while they leave quickly."""
    used_at: float = field(default_factory=time.monotonic)

    @property
    def at_once(self) -> int:
        return PACES[self.pace]

    @property
    def room(self) -> int:
        depth = self.depth if self.pace == "fast" else PACES[self.pace]
        held = len(self.queue) + self.running
        return depth - held if held <= depth // 2 else 0  # in batches, not one by one

    def note(self, answer: http.Answer) -> None:
        """An answer arrived: how many calls may go there at once follows from it."""
        if answer.status is None:
            self.pace = "silent"
        else:
            self.pace = "slow" if answer.duration_ms > SLOW_MS else "fast"
        self.depth = min(self.depth + 4, MAX_DEPTH) if self.pace == "fast" else FIRST_DEPTH
        self.used_at = time.monotonic()


class Deliverer:
    """Delivers until told to stop; then lets running calls end."""

    def __init__(self, *, dsn: str, allow_private: bool) -> None:
        self._dsn = dsn
        self._allow_private = allow_private
        self._hosts: dict[str, Host] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slow_running = 0
        self._results: list[tuple[Row, http.Answer]] = []
        self._wake = asyncio.Event()
        self.delivered = 0

    async def run(self, stop: Flag) -> None:
        """Raises psycopg.Error when the database goes away: the rows' leases end, and others take them."""
        caller = http.Caller(
            allow_private=self._allow_private, timeout_s=TIMEOUT_S, max_bytes=MAX_ANSWER, at_once=AT_ONCE
        )
        try:
            async with await psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, row_factory=dict_row
            ) as db:
                while not stop.is_set():
                    await self._round(db, caller)
                if self._tasks:
                    await asyncio.wait(self._tasks, timeout=TIMEOUT_S + 1)
                await self._finish(db)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await caller.close()

    async def _round(self, db: psycopg.AsyncConnection[Row], caller: http.Caller) -> None:
        self._wake.clear()
        await self._finish(db)
        claimed = await self._claim(db)
        self._start(caller)
        if claimed and claimed == CLAIM_LIMIT:
            return
        try:
            await asyncio.wait_for(self._wake.wait(), POLL_S)
            await asyncio.sleep(BATCH_S)  # what ends together is written together
        except TimeoutError:
            self._forget_hosts()

    async def _claim(self, db: psycopg.AsyncConnection[Row]) -> int:
        cursor = await db.execute(
            sql.load("webhooks", "claim_deliveries").encode(),
            {
                "hosts": list(self._hosts),
                "rooms": [host.room for host in self._hosts.values()],
                "room": PACES["silent"],
                "limit": CLAIM_LIMIT,
                "lease_s": LEASE_S,
            },
        )
        rows = await cursor.fetchall()
        now = time.monotonic()
        for row in rows:
            self._hosts.setdefault(row["host"], Host()).queue.append((row, now))
        return len(rows)

    def _start(self, caller: http.Caller) -> None:
        for host in list(self._hosts.values()):
            while host.queue and host.running < host.at_once and len(self._tasks) < AT_ONCE:
                slow = host.pace != "fast"
                if slow and self._slow_running >= SLOW_AT_ONCE:
                    break
                row, at = host.queue.popleft()
                if time.monotonic() - at > USABLE_S:
                    continue  # its lease ends soon: it is claimed again, by whoever has room
                host.running += 1
                self._slow_running += slow
                task = asyncio.create_task(self._deliver(caller, host, slow, row))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _deliver(self, caller: http.Caller, host: Host, counted_slow: bool, row: Row) -> None:
        try:
            answer = await _call(caller, row)
            self._results.append((row, answer))
            host.note(answer)
        finally:
            host.running -= 1
            self._slow_running -= counted_slow
            self._tasks.discard(asyncio.current_task())  # type: ignore[arg-type]
            self._wake.set()
        self._start(caller)

    async def _finish(self, db: psycopg.AsyncConnection[Row]) -> None:
        results, self._results = self._results, []
        if not results:
            return
        now = clock.now()
        ends = [_end(row, answer, now) for row, answer in results]
        await db.execute(
            sql.load("webhooks", "finish_deliveries").encode(),
            {
                "accounts": [row["account_id"] for row, _ in results],
                "ids": [row["id"] for row, _ in results],
                "claims": [row["claim"] for row, _ in results],
                "states": [state for state, _ in ends],
                "waits": [float(wait) for _, wait in ends],
                "durations": [answer.duration_ms for _, answer in results],
                "statuses": [answer.status for _, answer in results],
                "errors": [answer.error for _, answer in results],
                "answers": [_text(answer.body) for _, answer in results],
            },
        )
        self.delivered += sum(state == "delivered" for state, _ in ends)
        await self._note_health(db, [row for row, _ in results], [state for state, _ in ends])

    async def _note_health(
        self, db: psycopg.AsyncConnection[Row], rows: list[Row], states: list[str]
    ) -> None:
        ok: set[tuple[int, int]] = set()
        bad: set[tuple[int, int]] = set()
        gone: set[tuple[int, int]] = set()
        for row, state in zip(rows, states, strict=True):
            hook = (row["account_id"], row["hook_id"])
            if state == "delivered":
                ok.add(hook)
            elif not row["is_test"]:
                (gone if state == "gone" else bad).add(hook)
        bad -= ok
        cursor = await db.execute(
            sql.load("webhooks", "note_health").encode(),
            {
                "ok_accounts": [account for account, _ in ok],
                "ok_hooks": [hook for _, hook in ok],
                "bad_accounts": [account for account, _ in bad],
                "bad_hooks": [hook for _, hook in bad],
                "dead_s": rules.DEAD_AFTER_S,
            },
        )
        dead = [(row["account_id"], row["id"]) for row in await cursor.fetchall()]
        if gone or dead:
            await asyncio.to_thread(_stop_hooks, gone, dead)

    def _forget_hosts(self) -> None:
        old = time.monotonic() - FORGET_HOST_S
        for name, host in list(self._hosts.items()):
            if host.used_at < old and not host.running and not host.queue:
                del self._hosts[name]


async def _call(caller: http.Caller, row: Row) -> http.Answer:
    body = row["body"].encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Postroom/{__version__}",
        "X-Postroom-Event": row["event"],
        "X-Postroom-Delivery": str(row["id"]),
    }
    if row["secret_sealed"] is not None:
        try:
            secret = services.open_secret(bytes(row["secret_sealed"]))
        except ValueError:
            why = "It is to be signed, but no key of this installation opens its secret: make a new one."
            return http.Answer(None, b"", why, 0)
        headers["X-Postroom-Signature"] = rules.sign(secret, int(time.time()), body)
    return await caller.post(row["target_url"], body, headers)


def _end(row: Row, answer: http.Answer, now: Any) -> tuple[str, float]:
    """The state after a try, and the seconds until the next one."""
    if rules.is_success(answer.status):
        return "delivered", 0
    if row["is_test"]:
        return "failed", 0
    if answer.status == 410:
        return "gone", 0
    wait = rules.wait_s(row["attempts"] + 1, answer.status, answer.retry_after, now, _spread)
    return ("failed", 0) if wait is None else ("waiting", wait)


def _spread() -> float:
    return random.uniform(0.9, 1.1)  # noqa: S311  # spreads load, hides nothing


def _text(body: bytes) -> str:
    return body[:KEPT_ANSWER].decode("utf-8", "replace").replace("\0", "")


def _stop_hooks(gone: set[tuple[int, int]], dead: list[tuple[int, int]]) -> None:
    from django.db import connection

    try:
        for account_id, hook_id in gone:
            services.stop_gone(account_id=account_id, hook_id=hook_id)
        for account_id, hook_id in dead:
            if services.pause_dead(account_id=account_id, hook_id=hook_id):
                log.warning("webhook paused", account=account_id, hook=hook_id)
    finally:
        connection.close()
