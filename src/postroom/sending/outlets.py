"""Where messages go: a relay over a few SMTP connections, or the test inbox. Both turn answers into outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from postroom.sending import journal as j
from postroom.sending import rules, smtp
from postroom.sending.journal import Journal
from postroom.sending.ledger import Outcome, Row
from postroom.sending.pace import AMBIGUOUS_TRIES, Pace
from postroom.sending.recovery import LOST_ANSWER
from postroom.sending.results import Results

log = structlog.get_logger("postroom.sender")


@dataclass(slots=True, eq=False)
class Message:
    """A finished message of one ledger row. `attempt` counts from 1 and is set by the intent."""

    row: Row
    mail_from: str
    rcpt_to: str
    subject: str
    body: bytes
    attempt: int = 0
    segment: int | None = None


class Inbox:
    """Takes every message at once; it becomes a row in the transaction that calls it accepted."""

    name = "inbox"

    def __init__(self, results: Results) -> None:
        self._results = results

    async def take(self, message: Message) -> None:
        """Accept a message; waits while many are not stored yet."""
        row = message.row
        self._results.land(
            Outcome(
                row.chunk,
                row.recipient_id,
                row.nth,
                "accepted",
                outlet=self.name,
                letter=(message.mail_from, message.rcpt_to, message.subject, message.body),
            )
        )
        while self._results.backlog > 200:
            await asyncio.sleep(0.005)


class Hold:
    """Whether an outlet rests, and how long: doubles from `hold_first_s` to `hold_most_s`, ends with a success."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._until = 0.0
        self._next_s = pace.hold_first_s
        self._transients = 0

    @property
    def rests_s(self) -> float:
        """Seconds left; 0 when it does not rest."""
        return max(0.0, self._until - self._clock())

    def rest(self, why: str) -> None:
        """Begin to rest; a rest that has begun is not prolonged."""
        if self.rests_s:
            return
        log.warning("the mail server rests", why=why, seconds=self._next_s)
        self._until = self._clock() + self._next_s
        self._next_s = min(self._next_s * 2, self._pace.hold_most_s)
        self._transients = 0

    def transient(self, text: str) -> None:
        """Count a 4xx; so many in a row are about the server, not about the messages."""
        self._transients += 1
        if self._transients >= self._pace.transients_in_a_row:
            self.rest(text)

    def success(self) -> None:
        """An answer that shows a server at work."""
        self._transients = 0
        self._next_s = self._pace.hold_first_s


class Relay:
    """One SMTP server over `connections` connections, each with a few messages in flight."""

    name = "smtp"
    DEPTH = 2
    """Messages in flight per connection: the next envelope travels with the body before it."""

    def __init__(
        self,
        results: Results,
        journal: Journal,
        pace: Pace,
        *,
        connections: int,
        clock: Callable[[], float],
        may_begin: Callable[[Row], bool],
    ) -> None:
        self._results = results
        self._journal = journal
        self._pace = pace
        self._may_begin = may_begin
        self._hold = Hold(pace, clock)
        self._lines = [_Line() for _ in range(connections)]
        self._queue: asyncio.Queue[Message] = asyncio.Queue(connections * self.DEPTH)
        self._url: str | None = None
        self._outlet: smtp.Outlet | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is a server at all."""
        return self._outlet is not None

    @property
    def is_open(self) -> bool:
        """Whether messages may be begun now."""
        return self._outlet is not None and not self._hold.rests_s

    @property
    def rests_s(self) -> float:
        """Seconds until it may be tried again."""
        return self._hold.rests_s

    def use(self, url: str | None) -> None:
        """Set, change or remove the server; open connections to another one end after their message."""
        if url == self._url:
            return
        self._url = url
        self._outlet = smtp.Outlet.from_url(url) if url else None
        for line in self._lines:
            line.stale = True

    async def take(self, message: Message) -> None:
        """Queue a message; waits while all connections are busy."""
        await self._queue.put(message)

    async def run(self) -> None:
        """Send until cancelled."""
        await asyncio.gather(*(self._work(line) for line in self._lines for _ in range(self.DEPTH)))

    async def close(self) -> None:
        """QUIT every connection."""
        await asyncio.gather(*(line.close() for line in self._lines), return_exceptions=True)

    async def _work(self, line: _Line) -> None:
        while True:
            message = await self._queue.get()
            await self._send(line, message)

    async def _send(self, line: _Line, message: Message) -> None:
        if not self.is_open or not self._may_begin(message.row):
            self._land(message, "planned", undo=1)
            return
        assert self._outlet is not None
        try:
            connection = await line.connection(self._outlet)
        except (OSError, smtp.SmtpError) as error:
            self._hold.rest(f"cannot connect: {error}")
            self._land(message, "planned", undo=1)
            return
        result = await connection.send(
            smtp.Envelope(message.mail_from, message.rcpt_to), message.body, on_dot=lambda: self._begin(message)
        )
        self._judge(message, result)

    def _begin(self, message: Message) -> None:
        row = message.row
        message.segment = self._journal.begin((row.chunk.send_id, row.recipient_id, row.nth))

    def _judge(self, message: Message, result: smtp.Result) -> None:
        if result.outcome == "accepted":
            self._hold.success()
            self._land(message, "accepted", j.ACCEPTED, result)
        elif result.outcome == "refused":
            self._hold.success()
            kind = rules.classify(result.code, result.enhanced, result.text)
            bounce = kind == rules.Class.INVALID
            self._land(
                message,
                "refused",
                j.BAD_ADDRESS if bounce else j.REFUSED,
                result,
                reason=str(kind),
                bounce=bounce,
                keep=True,
            )
        elif result.outcome == "deferred":
            self._hold.transient(result.text)
            self._defer(message, result)
        elif result.outcome == "uncertain":
            over = message.attempt >= AMBIGUOUS_TRIES
            self._land(
                message,
                "uncertain" if over else "planned",
                j.UNCERTAIN,
                result,
                reason="no_answer" if over else None,
                keep=True,
            )
        else:
            self._land(message, "planned", j.UNTRIED, undo=1)

    def _defer(self, message: Message, result: smtp.Result) -> None:
        delay_s = rules.retry_delay_s(message.attempt)
        self._land(message, "deferred", j.DEFERRED, result, delay_s=delay_s, keep=True)

    def _land(
        self,
        message: Message,
        state: str,
        kind: bytes | None = None,
        result: smtp.Result | None = None,
        *,
        reason: str | None = None,
        delay_s: float = 0.0,
        undo: int = 0,
        bounce: bool = False,
        keep: bool = False,
    ) -> None:
        row = message.row
        if kind is not None and message.segment is not None:
            code = result.code if result else 0
            self._journal.note(kind, (row.chunk.send_id, row.recipient_id, row.nth), code or 0)
        self._results.land(
            Outcome(
                row.chunk,
                row.recipient_id,
                row.nth,
                state,
                reason=reason,
                code=result.code if result else None,
                enhanced=result.enhanced if result else None,
                text=(result.text if result else "") or (LOST_ANSWER if kind == j.UNCERTAIN else ""),
                stage=result.stage if result else "",
                outlet=self.name,
                delay_s=delay_s,
                undo=undo,
                bounce=bounce,
                keep=keep,
                segment=message.segment,
            )
        )


class _Line:
    """A place for one connection, opened when it is needed and opened again when it was lost."""

    def __init__(self) -> None:
        self._connection: smtp.Connection | None = None
        self._opening = asyncio.Lock()
        self.stale = False

    async def connection(self, outlet: smtp.Outlet) -> smtp.Connection:
        """The open connection. Raises OSError or SmtpError."""
        async with self._opening:
            if self.stale:
                await self.close()
            if self._connection is None or not self._connection.is_open:
                self._connection = smtp.Connection()
                await self._connection.open(outlet)
        return self._connection

    async def close(self) -> None:
        """QUIT, if there is a connection."""
        self.stale = False
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
