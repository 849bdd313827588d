"""The wire below an SMTP conversation: bytes out, replies in, deadlines, and the end of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from postroom.sending.smtp_outlet import Outlet
from postroom.sending.smtp_reply import BadReply, Reply, ReplyReader

LOOK_S = 0.002


class Wire(asyncio.Protocol, ABC):
    """One connection. Who builds on it hears replies by `_hear`, and its end by `_ended`, once."""

    _outlet: Outlet
    _loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._reader = ReplyReader()
        self._replies: deque[Reply] = deque()
        self._awaited: asyncio.Future[Reply] | None = None
        self._expected: deque[tuple[str, Any]] = deque()
        """What the next replies answer: the stage, and the message it is about."""
        self._socket: socket.socket | None = None
        self._wrote = False
        self._plain: asyncio.Transport | None = None
        """What lies under TLS."""
        self._closed: asyncio.Future[None] | None = None
        self._ready = False
        self._why = "the connection is closed"
        self._watch: asyncio.TimerHandle | None = None
        self._deadline = 0.0

    @abstractmethod
    def _hear(self, reply: Reply) -> None:
        """A reply that nobody awaits by itself."""

    @abstractmethod
    def _ended(self, why: str, *, spare_offered: bool) -> None:
        """The connection is over, and why."""

    # asyncio calls these.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self._transport = cast(asyncio.Transport, transport)
        if self._closed is None:
            self._closed = self._loop.create_future()
        wire = transport.get_extra_info("socket")
        if self._socket is None and wire is not None and hasattr(socket, "TCP_QUICKACK"):
            # A handle of our own: uvloop's stand-in makes a new one for every call.
            self._socket = socket.socket(fileno=os.dup(wire.fileno()))
        self._acknowledge()

    def data_received(self, data: bytes) -> None:
        """Bytes from the server."""
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

    def connection_lost(self, error: Exception | None) -> None:
        """The connection has ended."""
        self._end(str(error) if error else "the mail server closed the connection")

    # Writing.

    def _write(self, data: bytes) -> None:
        if not data or self._transport is None:
            return
        self._wrote = True
        self._transport.write(data)
        if self._expected:
            self._rearm(self._outlet.timeouts.of(self._expected[0][0]))

    def _when_written(self, act: Callable[[], None]) -> None:
        """Do it when the kernel has all that was written, and never when the connection ends before.

        Looked at again and again: asyncio tells it of a plain connection, but not of what lies under TLS.
        """
        if self._transport is None:
            return
        waiting = self._transport.get_write_buffer_size()
        waiting += self._plain.get_write_buffer_size() if self._plain is not None else 0
        if waiting:
            self._loop.call_later(LOOK_S, self._when_written, act)
        else:
            act()

    def _acknowledge(self) -> None:
        """Let the kernel acknowledge at once what has come (Linux).

        A server that writes its replies one by one waits for that before it sends the next, and a client that
        waits for all of them has nothing to send along: tried with smtp-sink, 2,000 messages/s over seven
        connections without this.
        """
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    # Deadlines.

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

    # The end.

    def _quit(self) -> None:
        self._ready = False
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"QUIT\r\n")
            self._expected.append(("quit", None))
            self._rearm(self._outlet.timeouts.quit_s)

    def _abort(self, why: str, *, spare_offered: bool = False) -> None:
        if self._transport is not None:
            self._transport.abort()
        self._end(why, spare_offered=spare_offered)

    def _end(self, why: str, *, spare_offered: bool = False) -> None:
        if self._transport is None and self._closed is not None and self._closed.done():
            return
        self._ready, self._transport, self._plain, self._why = False, None, None, why
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._expected.clear()
        self._ended(why, spare_offered=spare_offered)
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_exception(ConnectionResetError(why))
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)
