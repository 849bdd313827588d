"""A pipelined SMTP client: one connection, the next envelope travels with the body before it (RFC 2920 §3.1).

What can be known about a message when a connection ends (RFC 1047): nothing was delivered before its final
dot was written; after it, without a reply, nobody knows. `Result.outcome` keeps exactly these apart.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
import socket
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from postroom.sending.smtp_outlet import Envelope, Outcome, Outlet, Result, SmtpError, Timeouts
from postroom.sending.smtp_reply import BadReply, Reply, ReplyReader

__all__ = ["Connection", "Envelope", "Outlet", "Result", "SmtpError", "Timeouts"]

_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(slots=True, eq=False)
class _Job:
    envelope: Envelope
    body: bytes
    on_dot: Callable[[], None] | None
    done: asyncio.Future[Result]
    heard: bool = False
    failure: Result | None = None

    def settle(self, result: Result) -> None:
        if not self.done.done():
            self.done.set_result(result)


class Connection(asyncio.Protocol):
    """One connection. `send` may be called again before the one before has ended; two are on the wire at
    most.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reader = ReplyReader()
        self._replies: deque[Reply] = deque()
        self._awaited: asyncio.Future[Reply] | None = None
        self._wire: socket.socket | None = None
        self._wrote = False
        self._closed: asyncio.Future[None] | None = None
        self._ready = False
        self._why = "the connection is closed"
        self._waiting: deque[_Job] = deque()
        self._offered: _Job | None = None
        self._written: _Job | None = None
        self._expected: deque[tuple[str, _Job | None]] = deque()
        self._dirty = False
        self._taken = self._accepted = 0
        self._watch: asyncio.TimerHandle | None = None
        self._deadline = 0.0

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

    async def open(self, outlet: Outlet) -> None:
        """Connect, greet, start TLS and sign in, as the outlet says. Raises SmtpError."""
        self._loop = asyncio.get_running_loop()
        self._outlet = outlet
        self._stage = "connect"
        try:
            await self._connect()
            await self._greet()
            if outlet.tls in ("opportunistic", "starttls"):
                await self._start_tls()
            if outlet.username is not None:
                await self._sign_in(outlet.username, outlet.password or "")
        except SmtpError:
            self._abort(self._why)
            raise
        except (OSError, BadReply, ssl.SSLError, asyncio.IncompleteReadError) as error:
            text = str(error) or (
                "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
            )
            self._abort(text)
            raise SmtpError(Result("untried", text=text, stage=self._stage)) from error
        except asyncio.CancelledError:
            self._abort("cancelled")
            raise
        self._opened_at = self._loop.time()
        self._ready = True
        self._rearm(outlet.idle_s)

    async def send(self, envelope: Envelope, body: bytes, on_dot: Callable[[], None] | None = None) -> Result:
        """Offer one message. `body` is complete and ends in CRLF; `on_dot` is called right before it is
        written.

        An exception of `on_dot` ends the connection and is raised here; the message has not left then.
        """
        refusal = self._cannot(envelope, body)
        if refusal is not None:
            return refusal
        job = _Job(envelope, body, on_dot, self._loop.create_future())
        self._taken += 1
        self._waiting.append(job)
        if self._offered is None and (self._written is None or self._pipelining):
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

    # What is said before the first message, one step after the other.

    async def _connect(self) -> None:
        outlet = self._outlet
        implicit = outlet.tls == "implicit"
        async with asyncio.timeout(outlet.timeouts.connect_s):
            await self._loop.create_connection(
                lambda: self,
                outlet.host,
                outlet.port,
                ssl=outlet.context() if implicit else None,
                server_hostname=outlet.host if implicit else None,
            )
        self._demand(await self._reply("banner"), 220)

    async def _greet(self) -> None:
        reply = await self._ask("ehlo", f"EHLO {self._outlet.helo}")
        if reply.code in (500, 501, 502, 504):
            self._features: dict[str, str] = {}
            self._demand(await self._ask("ehlo", f"HELO {self._outlet.helo}"), 250)
        else:
            self._demand(reply, 250)
            words = (line.partition(" ") for line in reply.text.upper().split("\n")[1:])
            self._features = {name: rest for name, _, rest in words}
        self._pipelining = "PIPELINING" in self._features
        size = self._features.get("SIZE", "")
        self._max_bytes = int(size) if size.isdigit() else 0

    async def _start_tls(self) -> None:
        outlet = self._outlet
        if "STARTTLS" not in self._features:
            if outlet.tls == "starttls":
                self._stage = "starttls"
                self._fail("the mail server does not offer STARTTLS, which the settings demand")
            return
        self._demand(await self._ask("starttls", "STARTTLS"), 220)
        if self._replies or self._reader.has_rest:
            # RFC 3207 §4: words sent in the clear before the handshake must never be taken for words sent
            # inside it.
            self._fail("the mail server went on in clear text after it agreed to start TLS")
        assert self._transport is not None
        async with asyncio.timeout(outlet.timeouts.tls_s):
            transport = await self._loop.start_tls(
                self._transport, self, outlet.context(), server_hostname=outlet.host
            )
        self._transport = cast(asyncio.Transport, transport)
        await self._greet()

    async def _sign_in(self, username: str, password: str) -> None:
        outlet = self._outlet
        self._stage = "auth"
        secure = self._transport is not None and self._transport.get_extra_info("ssl_object") is not None
        if not secure and not outlet.is_local and outlet.tls != "none":
            self._fail("the password is not sent, because the mail server offers no TLS")
        ways = self._features.get("AUTH", "").split()
        if "PLAIN" in ways:
            token = base64.b64encode(f"\0{username}\0{password}".encode()).decode()
            self._demand(await self._ask("auth", f"AUTH PLAIN {token}"), 235)
        elif "LOGIN" in ways:
            self._demand(await self._ask("auth", "AUTH LOGIN"), 334)
            self._demand(await self._ask("auth", base64.b64encode(username.encode()).decode()), 334)
            self._demand(await self._ask("auth", base64.b64encode(password.encode()).decode()), 235)
        else:
            self._fail("the mail server offers neither AUTH PLAIN nor AUTH LOGIN")

    async def _ask(self, stage: str, line: str) -> Reply:
        self._stage = stage
        self._write(line.encode() + b"\r\n")
        return await self._reply(stage)

    async def _reply(self, stage: str) -> Reply:
        self._stage = stage
        if self._replies:
            return self._replies.popleft()
        if self._closed is None or self._closed.done():
            raise ConnectionResetError(self._why)
        self._awaited = self._loop.create_future()
        try:
            async with asyncio.timeout(self._outlet.timeouts.of(stage)):
                return await self._awaited
        finally:
            self._awaited = None

    def _demand(self, reply: Reply, code: int) -> None:
        if reply.code != code:
            raise SmtpError(
                Result(
                    "deferred" if reply.code < 500 else "refused",
                    reply.code,
                    reply.enhanced,
                    reply.text or "an unexpected answer",
                    self._stage,
                )
            )

    def _fail(self, text: str) -> None:
        raise SmtpError(Result("deferred", text=text, stage=self._stage))

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
        try:
            if job.on_dot is not None:
                job.on_dot()
        except Exception as error:
            self._offered = None
            if not job.done.done():
                job.done.set_exception(error)
            self._abort("the message's beginning could not be noted")
            return
        body = job.body
        # Three bytes are looked for four times as fast as two, and a body has no line end but CRLF.
        if b"\r\n." in body or body.startswith(b"."):
            body = _LEADING_DOT.sub(b"..", body)
        self._offered, self._written = None, job
        self._expected.append(("dot", job))
        end = b".\r\n" if body.endswith(b"\r\n") or not body else b"\r\n.\r\n"
        if self._pipelining and self._outlet.share_writes:
            self._write(b"".join((body, end, self._next_envelope())))
            return
        self._write(body + end)
        if self._pipelining:
            self._write(self._next_envelope())

    def _sent_away(self, reply: Reply) -> None:
        """421: the server closes. Only the message it was said to has had its answer."""
        stage, job = self._expected[0] if self._expected else ("", None)
        if job is not None:
            result = job.failure or _failure(reply, "dot" if stage == "bare" else stage)
            job.settle(result)
            if job is self._written:
                self._written = None
            elif job is self._offered:
                self._offered = None
        self._abort(f"421 {reply.text}", spare_offered=True)

    # The wire.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: connected, or TLS has begun."""
        self._transport = cast(asyncio.Transport, transport)
        if self._closed is None:
            self._closed = self._loop.create_future()
        wire = transport.get_extra_info("socket")
        if self._wire is None and wire is not None and hasattr(socket, "TCP_QUICKACK"):
            # A handle of our own: uvloop's stand-in makes a new one for every call.
            self._wire = socket.socket(fileno=os.dup(wire.fileno()))
        self._acknowledge()

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes from the server."""
        self._wrote = False
        try:
            for reply in self._reader.feed(data):
                if self._ready or self._expected:
                    self._hear(reply)
                elif self._awaited is not None and not self._awaited.done():
                    self._awaited.set_result(reply)
                elif len(self._replies) < 10:
                    self._replies.append(reply)
                else:
                    raise BadReply("answers that nobody asked for")
        except BadReply as error:
            self._abort(str(error))
            return
        if self._expected and not self._wrote:
            self._acknowledge()

    def _acknowledge(self) -> None:
        """Let the kernel acknowledge at once what has come (Linux).

        A server that writes its replies one by one waits for that before it sends the next, and a client that
        waits for all of them has nothing to send along: tried with smtp-sink, 2,000 messages/s over seven
        connections without this.
        """
        if self._wire is not None:
            with contextlib.suppress(OSError):
                self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the connection has ended."""
        self._end(str(error) if error else "the mail server closed the connection")

    def _write(self, data: bytes) -> None:
        if not data or self._transport is None:
            return
        self._wrote = True
        self._transport.write(data)
        if self._expected:
            self._rearm(self._outlet.timeouts.of(self._expected[0][0]))

    def _quit(self) -> None:
        self._ready = False
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"QUIT\r\n")
            self._expected.append(("quit", None))
            self._rearm(self._outlet.timeouts.quit_s)

    def _heard_quit(self, reply: Reply, job: _Job | None) -> None:
        self._abort("closed")

    def _rearm(self, seconds: float) -> None:
        self._deadline = self._loop.time() + seconds
        if self._watch is None or self._watch.when() > self._deadline:
            if self._watch is not None:
                self._watch.cancel()
            self._watch = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        """Deadlines move with every reply; the timer itself is only set again when it rings."""
        self._watch = None
        if self._transport is None:
            return
        if self._loop.time() < self._deadline - 0.001:
            self._watch = self._loop.call_at(self._deadline, self._look)
        elif self._expected:
            self._abort(f"no answer in time ({self._expected[0][0]})")
        else:
            self._quit()

    def _abort(self, why: str, *, spare_offered: bool = False) -> None:
        if self._transport is not None:
            self._transport.abort()
        self._end(why, spare_offered=spare_offered)

    def _end(self, why: str, *, spare_offered: bool = False) -> None:
        """The connection is gone: give every message the outcome that is true of it."""
        if self._transport is None and self._closed is not None and self._closed.done():
            return
        self._ready, self._transport, self._why = False, None, why
        if self._wire is not None:
            self._wire.close()
            self._wire = None
        self._expected.clear()
        written, offered = self._written, self._offered
        self._written = self._offered = None
        if written is not None:
            written.settle(Result("uncertain", text=why, stage="dot"))
        if offered is not None:
            # Offered behind a message that got through, and not answered: not its fault. Else it waits its
            # turn, so
            # that a server which hangs up on every message is not asked a thousand times a second.
            innocent = spare_offered or (not offered.heard and (self._accepted > 0 or written is not None))
            outcome: Outcome = "untried" if innocent else "deferred"
            offered.settle(offered.failure or Result(outcome, text=why, stage="mail"))
        while self._waiting:
            self._waiting.popleft().settle(Result("untried", text=why, stage="connect"))
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(ConnectionResetError(why))
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)


def _failure(reply: Reply, stage: str) -> Result:
    outcome: Outcome = "refused" if reply.code >= 500 else "deferred"
    return Result(outcome, reply.code, reply.enhanced, reply.text, stage)
