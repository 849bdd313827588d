"""Where messages go: a relay over a few SMTP connections, or the test inbox. Both turn answers into
outcomes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from postroom.sending import journal as j
from postroom.sending import rules, smtp
from postroom.sending.guard import Guard
from postroom.sending.journal import Journal
from postroom.sending.ledger import Chunk, Outcome, Row
from postroom.sending.lines import Line, LineRests
from postroom.sending.pace import Pace
from postroom.sending.recovery import LOST_ANSWER, stays_uncertain
from postroom.sending.results import Results

log = structlog.get_logger("postroom.sender")
YIELDED_S = 60.0
"""How long a line rests that was given up for urgent mail."""


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


class NotNow(Exception):
    """The lease has lapsed since the message was declared."""


class JournalFull(Exception):
    """The disk does not take a record, so nothing may be begun."""


class Inbox:
    """Takes every message at once; it becomes a row in the transaction that calls it accepted.

    Of a broadcast only the first and the last letters are stored, half of what the inbox keeps each: a
    million bodies to be trimmed a moment later would be the most that the database ever writes."""

    name = "inbox"

    def __init__(self, results: Results, *, most: int, most_bytes: int) -> None:
        self._results = results
        self._most, self._most_bytes = most // 2, most_bytes // 2
        self._stored: dict[tuple[int, bool], tuple[int, int]] = {}
        """Send, whether it is its end → letters and bytes stored."""

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
                letter=(message.mail_from, message.rcpt_to, message.subject, message.body)
                if self._keeps(message)
                else None,
            )
        )
        await self._results.has_room()

    def _keeps(self, message: Message) -> bool:
        chunk = message.row.chunk
        if chunk.kind != "broadcast":
            return True
        letters, size = self._stored.get((chunk.send_id, chunk.is_last), (0, 0))
        if letters >= self._most or size >= self._most_bytes:
            return False
        self._stored[(chunk.send_id, chunk.is_last)] = (letters + 1, size + len(message.body))
        return True


class Hold:
    """Whether an outlet rests, and how long: doubles from `hold_first_s` to `hold_most_s`, ends with a
    success."""

    def __init__(self, pace: Pace, clock: Callable[[], float]) -> None:
        self._pace = pace
        self._clock = clock
        self._until = 0.0
        self._next_s = pace.hold_first_s
        self._transients = 0
        self.trouble = ""
        """What the server last failed by; empty since it has worked again."""

    @property
    def rests_s(self) -> float:
        """Seconds left; 0 when it does not rest."""
        return max(0.0, self._until - self._clock())

    def rest(self, why: str, seconds: float = 0.0) -> None:
        """Begin to rest, so long or as long as its turn is; a rest that has begun is not prolonged."""
        if self.rests_s:
            return
        length = seconds or self._next_s
        log.warning("the mail server rests", why=why, seconds=length)
        if not seconds:
            self.trouble = why
        self._until = self._clock() + length
        if not seconds:
            self._next_s = min(self._next_s * 2, self._pace.hold_most_s)
        self._transients = 0

    def transient(self, text: str, *, lost: bool = False) -> None:
        """Count a 4xx or a lost answer; so many in a row are about the server, not about the messages.

        `lost`: the server broke off, which is its trouble at once."""
        self._transients += 1
        if lost:
            self.trouble = text
        if self._transients >= self._pace.transients_in_a_row:
            self.rest(text)

    def success(self) -> None:
        """An answer that shows a server at work."""
        self._transients = 0
        self._next_s = self._pace.hold_first_s
        self.trouble = ""


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
        on_guard: Callable[[Chunk], None],
        make_room: Callable[[], bool] = lambda: False,
    ) -> None:
        """`make_room` asks others to give up a connection when there is none here; answers whether they
        did."""
        self._results = results
        self._journal = journal
        self._pace = pace
        self._clock = clock
        self._may_begin = may_begin
        self._make_room = make_room
        self._asked = False
        """Whether room was made and nobody has connected since."""
        self._guard = Guard(on_guard)
        self._hold = Hold(pace, clock)
        self._lines = [Line(pace, clock) for _ in range(connections)]
        self._closing: set[asyncio.Task[None]] = set()
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

    @property
    def trouble(self) -> str:
        """What the server last failed by, in its words; empty when it works, or was not asked yet."""
        return self._hold.trouble

    def use(self, url: str | None) -> None:
        """Set, change or remove the server; open connections to another one end after their message."""
        if url == self._url:
            return
        self._url = url
        self._outlet = smtp.Outlet.from_url(url) if url else None
        self._hold.trouble = ""
        for line in self._lines:
            line.stale = True
            line.wake()

    def give_way(self) -> bool:
        """Give up one connection to urgent mail of the same server. Answers whether there was one."""
        open_lines = [line for line in self._lines if line.is_open]
        if not open_lines:
            return False
        line = open_lines[-1]
        if len(open_lines) > 1:
            line.rest(YIELDED_S)
        else:
            self._hold.rest("its only connection is wanted for urgent mail", self._pace.hold_first_s)
        task = asyncio.create_task(line.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return True

    async def take(self, message: Message) -> None:
        """Queue a message; waits while all connections are busy."""
        await self._queue.put(message)

    async def run(self) -> None:
        """Send until cancelled."""
        await asyncio.gather(*(self._work(line) for line in self._lines for _ in range(self.DEPTH)))

    async def close(self) -> None:
        """QUIT every connection."""
        await asyncio.gather(*(line.close() for line in self._lines), return_exceptions=True)

    async def _work(self, line: Line) -> None:
        while True:
            await line.rested()
            message = await self._queue.get()
            await self._send(line, message)

    async def _send(self, line: Line, message: Message) -> None:
        if not self.is_open or not self._may_begin(message.row):
            self._land(message, "planned", undo=1)
            return
        try:
            result = await self._offer(line, message)
        except (OSError, smtp.SmtpError) as error:
            self._sent_away(line, str(error))
            self._land(message, "planned", undo=1)
        except (NotNow, LineRests):
            self._land(message, "planned", undo=1)
        except JournalFull as error:
            self._hold.rest(str(error))
            log.error("the sender's journal cannot be written", reason=str(error))
            self._land(message, "planned", undo=1)
        else:
            self._judge(message, result)

    def _sent_away(self, line: Line, why: str) -> None:
        """A line could not connect: it rests alone while others work, else the server does as a whole."""
        if any(other.is_open or other.is_opening for other in self._lines if other is not line):
            # By induction one line is always awake, so that the queue never waits for all of them.
            log.info("the mail server takes no more connections", why=why, seconds=line.rest())
        elif not self._asked and self._make_room():
            self._asked = True
            self._hold.rest(f"cannot connect: {why}", self._pace.line_rest_s)
        else:
            # Where room was made in vain, the server takes nobody: to ask for more would end what works.
            self._asked = False
            self._hold.rest(f"cannot connect: {why}")

    async def _offer(self, line: Line, message: Message) -> smtp.Result:
        assert self._outlet is not None
        envelope = smtp.Envelope(message.mail_from, message.rcpt_to)
        for _ in range(3):
            connection = await line.connection(self._outlet)
            self._asked = False
            result = await connection.send(
                envelope,
                message.body,
                on_dot=lambda: self._begin(message),
                on_end=lambda ended: self._note(message, ended),
            )
            if result.outcome != "untried" or not self.is_open:
                break
        return result

    def _begin(self, message: Message) -> None:
        """Right before the final dot is written: the last look, and the journal."""
        row = message.row
        # A halt does not count here: to break off now would leave the message before it without its answer.
        if self._clock() >= row.chunk.deadline:
            raise NotNow
        try:
            key = (row.chunk.send_id, row.recipient_id, row.nth)
            message.segment = self._journal.begin(key, message.attempt)
        except OSError as error:
            raise JournalFull(str(error)) from error

    def _judge(self, message: Message, result: smtp.Result) -> None:
        if result.outcome == "accepted":
            self._hold.success()
            self._guard.accepted(message.row.chunk)
            self._land(message, "accepted", result)
        elif result.outcome == "refused":
            self._hold.success()
            kind = rules.classify(result.code, result.enhanced, result.text)
            self._guard.refused(message.row.chunk, kind)
            bounce = kind == rules.Class.INVALID
            self._land(
                message,
                "refused",
                result,
                reason=str(kind),
                bounce=bounce,
                keep=True,
            )
        elif result.outcome == "deferred":
            self._hold.transient(result.text, lost=not result.code)
            self._defer(message, result)
        elif result.outcome == "uncertain":
            # Not at once: the same server would likely take it, hang up, and have made one more copy.
            self._hold.transient(result.text, lost=True)
            self._guard.lost(message.row.chunk)
            over = stays_uncertain(message.row.chunk, message.row.lost)
            self._land(
                message,
                "uncertain" if over else "deferred",
                result,
                reason="no_answer" if over else None,
                delay_s=0.0 if over else self._later_s(1),
                lost=1,
                keep=True,
            )
        else:
            self._land(message, "planned", undo=1)

    def _defer(self, message: Message, result: smtp.Result) -> None:
        row = message.row
        if rules.is_expired(row.waited_s, row.chunk.mail_class):
            self._land(message, "refused", result, reason=str(rules.Class.EXPIRED), keep=True)
            return
        delay_s = self._later_s(message.attempt)
        self._land(message, "deferred", result, delay_s=delay_s, keep=True)

    def _later_s(self, attempt: int) -> float:
        jitter = random.uniform(-1, 1)  # noqa: S311
        return rules.retry_delay_s(attempt, jitter) * self._pace.retry_factor

    def _land(
        self,
        message: Message,
        state: str,
        result: smtp.Result | None = None,
        *,
        reason: str | None = None,
        delay_s: float = 0.0,
        undo: int = 0,
        lost: int = 0,
        bounce: bool = False,
        keep: bool = False,
    ) -> None:
        row = message.row
        self._results.land(
            Outcome(
                row.chunk,
                row.recipient_id,
                row.nth,
                state,
                reason=reason,
                code=result.code if result else None,
                enhanced=result.enhanced if result else None,
                text=(result.text if result else "")
                or (LOST_ANSWER if result and result.outcome == "uncertain" else ""),
                stage=result.stage if result else "",
                outlet=self.name,
                delay_s=delay_s,
                undo=undo,
                lost=lost,
                bounce=bounce,
                keep=keep,
                segment=message.segment,
            )
        )

    def _note(self, message: Message, result: smtp.Result) -> None:
        """Write down what a message came to: before another begins on its connection, so that a kill leaves
        no more than one of each connection in doubt."""
        if message.segment is None:
            return
        row = message.row
        key = (row.chunk.send_id, row.recipient_id, row.nth)
        try:
            self._journal.note(_kind_of(result), key, result.code or 0, message.attempt)
        except OSError as error:
            # The answer is in memory still; only a kill before the next flush would make it unknown.
            log.error("the sender's journal cannot be written", reason=str(error))


def _kind_of(result: smtp.Result) -> bytes:
    if result.outcome == "refused":
        kind = rules.classify(result.code, result.enhanced, result.text)
        return j.BAD_ADDRESS if kind == rules.Class.INVALID else j.REFUSED
    return _KINDS[result.outcome]


_KINDS = {
    "accepted": j.ACCEPTED,
    "deferred": j.DEFERRED,
    "uncertain": j.UNCERTAIN,
    "untried": j.UNTRIED,
}
