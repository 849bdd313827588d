"""The sender's statements, over a small async pool of its own. Nothing here decides anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from postroom.lib import sql
from postroom.sending.pace import Pace

Connection = psycopg.AsyncConnection[Any]

# The statements are written for index look-ups in the order in which they name their tables. A planner
# without
# statistics (a fresh partition) starts with all rows of the send instead: tried, 500 ms rather than 1 ms a
# batch.
_SESSION = "; ".join(
    f"SET {name}"
    for name in (
        "enable_seqscan = off",
        "enable_hashjoin = off",
        "enable_mergejoin = off",
        "join_collapse_limit = 1",
        "plan_cache_mode = force_generic_plan",
        "jit = off",
    )
)


@dataclass(slots=True, eq=False)
class Chunk:
    """A claimed chunk. `deadline` is on this process's own clock (`pace_clock`), when the lease certainly
    ended."""

    account_id: int
    id: int
    epoch: int
    send_id: int
    send_day: date
    version_id: int
    mail_class: int
    kind: str
    subject_id: int | None
    to_inbox: bool
    holds: bool
    """Whether a message whose answer was lost waits for a decision instead of leaving once more."""
    deadline: float
    is_last: bool = False
    """For the inbox: nothing of its send comes behind it."""
    flying: int = 0
    """Messages handed over whose outcome is not in the ledger yet."""
    postponed: bool = False
    """Its letter could not be made just now, by a fault of the house."""
    landed: Any = None
    """Set when `flying` falls to zero."""


@dataclass(slots=True)
class Row:
    """One ledger row that is to become a message. `barred` says why it must not, or is empty."""

    chunk: Chunk
    recipient_id: int
    nth: int
    attempts: int
    lost: int
    """Tries before this one whose answer was lost."""
    waited_s: float
    """Since it was deferred for the first time."""
    email: str
    first_name: str
    fields: dict[str, str]
    barred: str
    planned_at: datetime
    tags: Sequence[str] = ()


@dataclass(slots=True)
class Outcome:
    """What became of one message; `state` is a DeliveryState value (`planned` when it was never begun)."""

    chunk: Chunk
    recipient_id: int
    nth: int
    state: str
    reason: str | None = None
    code: int | None = None
    enhanced: str | None = None
    text: str = ""
    stage: str = ""
    outlet: str = ""
    delay_s: float = 0.0
    undo: int = 0
    lost: int = 0
    """1 when the message may have arrived, for its answer never did."""
    bounce: bool = False
    keep: bool = False
    """Whether the server's words are kept as a delivery attempt."""
    letter: tuple[str, str, str, bytes] | None = None
    """For the test inbox: mail_from, rcpt_to, subject, raw; None where the inbox would not keep it."""
    segment: int | None = field(default=None)
    """Where the journal says that it was begun."""


class Ledger:
    """Claims, reads and moves ledger rows for one sender slot."""

    def __init__(self, dsn: str, owner: str, pace: Pace) -> None:
        self.owner = owner
        self._pace = pace
        self._pool = AsyncConnectionPool(
            dsn,
            min_size=2,
            max_size=6,
            open=False,
            timeout=10,
            kwargs={"row_factory": dict_row, "autocommit": True, "prepare_threshold": 2},
            configure=_configure,
        )

    async def open(self) -> None:
        """Connect. Raises psycopg_pool.PoolTimeout when the database does not answer."""
        await self._pool.open(wait=True, timeout=30)

    async def recheck(self) -> None:
        """After a database error: drop connections that died with it, so that the next try gets a live
        one."""
        await self._pool.check()

    async def close(self) -> None:
        """Give the connections back."""
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One connection, one transaction."""
        async with self._pool.connection() as connection, connection.transaction():
            yield connection

    async def claim(
        self, mail_class: int, *, at_most: int, relay: bool, relay_open: bool, now: float
    ) -> list[Chunk]:
        """Take up to `at_most` chunks of a class; `now` is this process's clock before the call."""
        found = await self._rows(
            "claim_chunks",
            mail_class=mail_class,
            at_most=at_most,
            relay=relay,
            relay_open=relay_open,
            owner=self.owner,
            lease_s=self._pace.lease_s,
        )
        return [
            Chunk(
                account_id=row["account_id"],
                id=row["id"],
                epoch=row["epoch"],
                send_id=row["send_id"],
                send_day=row["send_day"],
                version_id=row["content_version_id"],
                mail_class=row["mail_class"],
                kind=row["kind"],
                subject_id=row["subject_id"],
                to_inbox=row["to_inbox"],
                holds=row["ambiguous"] == "hold",
                deadline=now + self._pace.lease_s,
                is_last=row["is_last"],
            )
            for row in found
        ]

    async def load(self, chunks: Sequence[Chunk]) -> list[Row]:
        """The rows of claimed chunks that are due, in order of their keys."""
        by_id = {chunk.id: chunk for chunk in chunks}
        found = await self._rows("load_rows", **_named(chunks), owner=self.owner)
        return [
            Row(
                chunk=by_id[row["chunk_id"]],
                recipient_id=row["recipient_id"],
                nth=row["nth"],
                attempts=row["attempts"],
                lost=row["lost"],
                waited_s=row["waited_s"],
                email=row["email"] or "",
                first_name=row["first_name"],
                fields=row["fields"] or {},
                barred=row["barred"],
                planned_at=row["planned_at"],
            )
            for row in found
        ]

    async def load_tags(self, account_id: int, recipients: Sequence[int]) -> dict[int, list[str]]:
        """Tag names by subscriber."""
        found = await self._rows("load_tags", account=account_id, recipients=list(recipients))
        return {row["subscriber_id"]: row["names"] for row in found}

    async def load_letter(self, account_id: int, version_id: int) -> dict[str, Any] | None:
        """A frozen letter and its account's part of it."""
        found = await self._rows("load_letter", account=account_id, version=version_id)
        return found[0] if found else None

    async def intend(self, rows: Sequence[Row]) -> dict[tuple[int, int, int], int]:
        """Declare rows; answers (chunk id, recipient id, nth) → attempt number for those that may leave."""
        found = await self._rows(
            "intend_rows",
            accounts=[row.chunk.account_id for row in rows],
            chunks=[row.chunk.id for row in rows],
            epochs=[row.chunk.epoch for row in rows],
            recipients=[row.recipient_id for row in rows],
            nths=[row.nth for row in rows],
            owner=self.owner,
        )
        return {(row["id"], row["recipient_id"], row["nth"]): row["attempts"] for row in found}

    async def close_chunks(self, chunks: Sequence[Chunk], wait_s: float = 0.0) -> None:
        """Give chunks back, those with open rows to be claimed again after `wait_s`."""
        named = _named(chunks)
        async with self.transaction() as connection:
            await run(connection, "lock_chunks", **named, owner=self.owner)
            await run(connection, "close_chunks", **named, owner=self.owner, wait_s=wait_s)

    async def extend(self, chunks: Sequence[Chunk]) -> set[int]:
        """Prolong leases; answers the ids that are still ours."""
        if not chunks:
            return set()
        found = await self._rows(
            "extend_leases", **_named(chunks), owner=self.owner, lease_s=self._pace.lease_s
        )
        return {row["id"] for row in found}

    async def fetch(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Run a named statement of this room outside a transaction."""
        return await self._rows(name, **parameters)

    async def _rows(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        async with self._pool.connection() as connection:
            return await run(connection, name, **parameters)


async def run(connection: Connection, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Run a named statement of this room on a connection."""
    cursor = await connection.execute(sql.load("sending", name), parameters)
    return await cursor.fetchall() if cursor.description else []


async def finish(
    connection: Connection, outcomes: Sequence[Outcome], first_by_smtp: Sequence[int] = ()
) -> dict[tuple[int, int, int], int]:
    """Write outcomes, what servers said, inbox messages and bounces. Answers those that moved → attempt
    number.

    `first_by_smtp`: accounts of which a message may have left by SMTP for the first time.

    A row that is missing from the answer belongs to somebody else by now, and nothing of it was written."""
    found = await run(
        connection,
        "finish_rows",
        accounts=[o.chunk.account_id for o in outcomes],
        chunks=[o.chunk.id for o in outcomes],
        epochs=[o.chunk.epoch for o in outcomes],
        recipients=[o.recipient_id for o in outcomes],
        nths=[o.nth for o in outcomes],
        states=[o.state for o in outcomes],
        reasons=[o.reason for o in outcomes],
        codes=[o.code for o in outcomes],
        enhanced=[o.enhanced for o in outcomes],
        delays=[float(o.delay_s) for o in outcomes],
        undo=[o.undo for o in outcomes],
        lost=[o.lost for o in outcomes],
    )
    moved = {(row["id"], row["recipient_id"], row["nth"]): row["attempts"] for row in found}
    ours = [o for o in outcomes if (o.chunk.id, o.recipient_id, o.nth) in moved]
    await _keep_attempts(connection, [o for o in ours if o.keep], moved)
    await _fill_inbox(connection, [o for o in ours if o.letter])
    if first_by_smtp:
        await connection.execute("SELECT accounts_mark_sent_by_smtp(%s)", (list(first_by_smtp),))
    for outcome in ours:
        if outcome.bounce and outcome.recipient_id > 0:
            await connection.execute(
                "SELECT subscribers_set_state(%s, %s, 'bounced', 'bounce', %s, '')",
                (outcome.chunk.account_id, outcome.recipient_id, outcome.chunk.send_id),
            )
    return moved


async def _keep_attempts(
    connection: Connection, outcomes: Sequence[Outcome], moved: dict[tuple[int, int, int], int]
) -> None:
    if outcomes:
        await run(
            connection,
            "write_attempts",
            accounts=[o.chunk.account_id for o in outcomes],
            sends=[o.chunk.send_id for o in outcomes],
            recipients=[o.recipient_id for o in outcomes],
            nths=[o.nth for o in outcomes],
            attempts=[moved[(o.chunk.id, o.recipient_id, o.nth)] for o in outcomes],
            outlets=[o.outlet for o in outcomes],
            stages=[o.stage for o in outcomes],
            codes=[o.code for o in outcomes],
            enhanced=[o.enhanced for o in outcomes],
            texts=[o.text.replace("\0", "")[:200] for o in outcomes],
        )


async def _fill_inbox(connection: Connection, outcomes: Iterable[Outcome]) -> None:
    kept = [(o, o.letter) for o in outcomes if o.letter]
    if kept:
        await run(
            connection,
            "write_inbox",
            accounts=[o.chunk.account_id for o, _ in kept],
            sends=[o.chunk.send_id for o, _ in kept],
            recipients=[o.recipient_id for o, _ in kept],
            nths=[o.nth for o, _ in kept],
            days=[o.chunk.send_day for o, _ in kept],
            mail_from=[letter[0] for _, letter in kept],
            rcpt_to=[letter[1] for _, letter in kept],
            subjects=[letter[2].replace("\0", "") for _, letter in kept],
            raw=[letter[3] for _, letter in kept],
        )


def _named(chunks: Sequence[Chunk]) -> dict[str, list[int]]:
    return {
        "accounts": list({chunk.account_id for chunk in chunks}),
        "chunks": [chunk.id for chunk in chunks],
    }


async def _configure(connection: Connection) -> None:
    await connection.execute(_SESSION)
