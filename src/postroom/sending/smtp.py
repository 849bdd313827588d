"""A pipelined SMTP client: one connection, the next envelope travels with the body before it (RFC 2920 §3.1).

What can be known about a message when a connection ends (RFC 1047): nothing was delivered before its final
dot was written; after it, without a reply, nobody knows. `Result.outcome` keeps exactly these apart. So the
dot of a large message is held back until the kernel has taken all that stands before it.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from postroom.sending.smtp_opening import Opening
from postroom.sending.smtp_outlet import Envelope, Outcome, Outlet, Result, SmtpError, Timeouts
from postroom.sending.smtp_reply import BadReply, Reply

__all__ = ["Connection", "Envelope", "Outlet", "Result", "SmtpError", "Timeouts"]

TOGETHER_BYTES = 32_768
"""A body up to this size shares one write with its dot: every kernel takes that much at once, for nothing
else is on its way then."""
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(slots=True, eq=False)
class _Job:
    envelope: Envelope
    body: bytes
    on_dot: Callable[[], None] | None
    on_end: Callable[[Result], None] | None
    done: asyncio.Future[Result]
    heard: bool = False
    dotted: bool = False
    """Whether the final dot was written."""
    failure: Result | None = None

    def settle(self, result: Result) -> None:
        if not self.done.done():
            if self.on_end is not None:
                self.on_end(result)
            self.done.set_result(result)


class Connection(Opening):
    """One connection. `send` may be called again before the one before has ended; two are on the wire at
    most.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[_Job] = deque()
        self._offered: _Job | None = None
        self._written: _Job | None = None
        self._dirty = False
        self._taken = self._accepted = 0

    @property
    def is_open(self) -> bool:
        """Whether `send` may be given another message: open, not worn out, not closing."""
        return (
            self._ready
            and self._taken < self._outlet.max_messages
            and self._loop.time() - self._opened_at < self._outlet.max_age_s
        )

    @property
    def in_flight(self) -> int:
        """Messages that were given and have no result yet."""
        return len(self._waiting) + (self._offered is not None) + (self._written is not None)

    async def send(
        self,
        envelope: Envelope,
        body: bytes,
        on_dot: Callable[[], None] | None = None,
        on_end: Callable[[Result], None] | None = None,
    ) -> Result:
        """Offer one message. `body` is complete and ends in CRLF; `on_dot` is called right before its
        final dot is written, `on_end` as soon as the result is known and before another message may begin.

        An exception of `on_dot` ends the connection and is raised here; the message has not left then.
        """
        refusal = self._cannot(envelope, body)
        if refusal is not None:
            return refusal
        job = _Job(envelope, body, on_dot, on_end, self._loop.create_future())
        self._taken += 1
        self._waiting.append(job)
        before = self._written
        if self._offered is None and (before is None or (self._pipelining and before.dotted)):
            self._write(self._next_envelope())
        return await job.done

    async def close(self) -> None:
        """Wait for what is on the wire, say QUIT, close. Messages that were not begun come back untried."""
        if self._closed is None:
            return
        self._ready = False
        while self._waiting:
            self._waiting.pop().settle(Result("untried", text="the connection was closed"))
        running = [job.done for job in (self._written, self._offered) if job is not None]
        if running:
            await asyncio.wait(running)
        self._quit()
        await asyncio.wait([self._closed], timeout=self._outlet.timeouts.quit_s)
        self._abort("closed")

    # Messages.

    def _cannot(self, envelope: Envelope, body: bytes) -> Result | None:
        if not self._ready:
            return Result("untried", text=self._why, stage="connect")
        if not envelope.is_sound:
            return Result(
                "refused", 553, "5.1.3", "This address cannot be written in an SMTP command.", "mail"
            )
        if not envelope.is_ascii and "SMTPUTF8" not in self._features:
            text = "The mail server does not take addresses with letters outside ASCII."
            return Result("refused", 553, "5.6.7", text, "mail")
        if self._max_bytes and len(body) > self._max_bytes:
            text = f"The message has {len(body):,} bytes, the mail server takes {self._max_bytes:,}."
            return Result("refused", 552, "5.3.4", text, "mail")
        return None

    def _next_envelope(self) -> bytes:
        """The commands that offer the next waiting message, or nothing. Without PIPELINING only the first of
        them.
        """
        if not self._waiting:
            return b""
        job = self._offered = self._waiting.popleft()
        lines = b""
        if self._dirty:
            self._dirty = False
            lines = b"RSET\r\n"
            self._expected.append(("rset", None))
            if not self._pipelining:
                return lines
        lines += self._mail_from(job)
        self._expected.append(("mail", job))
        if self._pipelining:
            lines += self._rcpt_to(job) + b"DATA\r\n"
            self._expected.append(("rcpt", job))
            self._expected.append(("data", job))
        return lines

    def _mail_from(self, job: _Job) -> bytes:
        size = f" SIZE={len(job.body)}" if "SIZE" in self._features else ""
        utf8 = "" if job.envelope.is_ascii else " SMTPUTF8 BODY=8BITMIME"
        return f"MAIL FROM:<{job.envelope.mail_from}>{size}{utf8}\r\n".encode()

    def _rcpt_to(self, job: _Job) -> bytes:
        return f"RCPT TO:<{job.envelope.rcpt_to}>\r\n".encode()

    def _hear(self, reply: Reply) -> None:
        """One reply to a command or body of a message."""
        if reply.code == 421:
            self._sent_away(reply)
            return
        if not self._expected:
            raise BadReply(f"an answer to nothing: {reply.code}")
        stage, job = self._expected.popleft()
        if job is not None:
            job.heard = True
        if stage == "dot" and not job.dotted:
            self._cut_short(reply, job)
            return
        getattr(self, f"_heard_{stage}")(reply, job)
        if self._expected:
            self._rearm(self._outlet.timeouts.of(self._expected[0][0]))
        elif self._ready and self.is_open:
            self._rearm(self._outlet.idle_s)
        elif self._transport is not None and not self.in_flight:
            self._quit()

    def _heard_rset(self, reply: Reply, job: _Job | None) -> None:
        if reply.code != 250:
            raise BadReply(f"RSET was answered with {reply.code}")
        if not self._pipelining and self._offered is not None:
            self._expected.append(("mail", self._offered))
            self._write(self._mail_from(self._offered))

    def _heard_mail(self, reply: Reply, job: _Job) -> None:
        self._note(job, reply, "mail", 250)
        if not self._pipelining:
            self._go_on(job, "rcpt", self._rcpt_to(job))

    def _heard_rcpt(self, reply: Reply, job: _Job) -> None:
        self._note(job, reply, "rcpt", 250, 251)
        if not self._pipelining:
            self._go_on(job, "data", b"DATA\r\n")

    def _heard_data(self, reply: Reply, job: _Job) -> None:
        if reply.code == 354 and job.failure is None:
            self._write_body(job)
            return
        if reply.code == 354:
            # The recipient was refused, yet the server waits for a body: an empty one, which it must refuse.
            self._expected.append(("bare", job))
            self._write(b".\r\n")
            return
        self._note(job, reply, "data", 354)
        self._give_up(job)

    def _heard_bare(self, reply: Reply, job: _Job) -> None:
        self._give_up(job)

    def _heard_dot(self, reply: Reply, job: _Job) -> None:
        self._written = None
        if reply.code // 100 == 2:
            self._accepted += 1
            job.settle(Result("accepted", reply.code, reply.enhanced, reply.text, "dot"))
        elif reply.code >= 400:
            job.settle(_failure(reply, "dot"))
        else:
            job.settle(Result("uncertain", reply.code, None, reply.text, "dot"))
            raise BadReply(f"the body was answered with {reply.code}")
        if self._offered is None:
            self._write(self._next_envelope())

    def _note(self, job: _Job, reply: Reply, stage: str, *good: int) -> None:
        if reply.code in good or job.failure is not None:
            return
        if reply.code < 400:
            raise BadReply(f"{stage} was answered with {reply.code}")
        job.failure = _failure(reply, stage)

    def _go_on(self, job: _Job, stage: str, line: bytes) -> None:
        if job.failure is not None:
            self._give_up(job)
            return
        self._expected.append((stage, job))
        self._write(line)

    def _give_up(self, job: _Job) -> None:
        assert job.failure is not None
        self._offered = None
        self._dirty = True
        job.settle(job.failure)
        if self._written is None:
            self._write(self._next_envelope())

    def _write_body(self, job: _Job) -> None:
        body = job.body
        # Three bytes are looked for four times as fast as two, and a body has no line end but CRLF.
        if b"\r\n." in body or body.startswith(b"."):
            body = _LEADING_DOT.sub(b"..", body)
        body += b"" if body.endswith(b"\r\n") or not body else b"\r\n"
        self._offered, self._written = None, job
        self._expected.append(("dot", job))
        if len(body) <= TOGETHER_BYTES:
            self._write_dot(job, body)
        else:
            self._write(body)
            self._when_written(lambda: self._write_dot(job, b""))

    def _write_dot(self, job: _Job, body: bytes) -> None:
        """End a message. From here on nobody knows what became of it until the server says so."""
        if self._transport is None or self._transport.is_closing():
            return
        try:
            if job.on_dot is not None:
                job.on_dot()
        except Exception as error:
            self._written = None
            if not job.done.done():
                job.done.set_exception(error)
            self._abort("the message's beginning could not be noted")
            return
        job.dotted = True
        if self._pipelining and self._outlet.share_writes:
            self._write(b"".join((body, b".\r\n", self._next_envelope())))
            return
        self._write(body + b".\r\n")
        if self._pipelining:
            self._write(self._next_envelope())

    def _cut_short(self, reply: Reply, job: _Job) -> None:
        """The server answered in mid-body: it has refused the message, and what follows is no use to it."""
        self._written = None
        if reply.code >= 400:
            job.settle(_failure(reply, "body"))
        else:
            job.settle(Result("deferred", reply.code, None, reply.text, "body"))
        self._abort(f"the mail server answered in the middle of a message: {reply.code} {reply.text}")

    def _sent_away(self, reply: Reply) -> None:
        """421: the server closes. Only the message it was said to has had its answer."""
        stage, job = self._expected[0] if self._expected else ("", None)
        if job is not None:
            if stage == "dot" and not job.dotted:
                stage = "body"
            result = job.failure or _failure(reply, "dot" if stage == "bare" else stage)
            job.settle(result)
            if job is self._written:
                self._written = None
            elif job is self._offered:
                self._offered = None
        self._abort(f"421 {reply.text}", spare_offered=True)

    def _heard_quit(self, reply: Reply, job: _Job | None) -> None:
        self._abort("closed")

    def _ended(self, why: str, *, spare_offered: bool) -> None:
        """The connection is gone: give every message the outcome that is true of it."""
        written, offered = self._written, self._offered
        self._written = self._offered = None
        if written is not None and written.dotted:
            written.settle(Result("uncertain", text=why, stage="dot"))
        elif written is not None:
            written.settle(Result("deferred", text=why, stage="body"))
        if offered is not None:
            # Offered behind a message that got through, and not answered: not its fault. Else it waits its
            # turn, so that a server which hangs up on every message is not asked a thousand times a second.
            innocent = spare_offered or (not offered.heard and (self._accepted > 0 or written is not None))
            outcome: Outcome = "untried" if innocent else "deferred"
            offered.settle(offered.failure or Result(outcome, text=why, stage="mail"))
        while self._waiting:
            self._waiting.popleft().settle(Result("untried", text=why, stage="connect"))


def _failure(reply: Reply, stage: str) -> Result:
    outcome: Outcome = "refused" if reply.code >= 500 else "deferred"
    return Result(outcome, reply.code, reply.enhanced, reply.text, stage)
