"""A mail server that misbehaves to order: `python -m tests.support.sink --record FILE --rules JSON`.

A rule says at which stage (banner, ehlo, starttls, auth, mail, rcpt, data, body, dot, after), on which of
its turns (`at`, counted from 0; none means each) and for which recipients (`match`) the server does what:
`drop` hangs up, `reset` hangs up hard, `delay:S` answers S seconds later, `garbage`, `endless` (a reply
without an end), `huge` (a line of 10 MB), or a literal reply such as `421 4.7.0 closing`. `body` is in the
middle of a body, `dot` after it and before it is accepted, `after` when it is accepted and the reply is due.
"""

import argparse
import asyncio
import json
import os
import re
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Coroutine, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

GARBAGE = b"HTTP/1.1 400 Bad Request\r\nServer: none\r\n"


@dataclass
class Rule:
    stage: str
    do: str
    at: int | None = None
    match: str = ""


@dataclass
class Sink:
    """Counts, records and behaves. `accepted`: (recipient, Message-ID, body with its dots undone)."""

    rules: list[Rule] = field(default_factory=list)
    features: tuple[str, ...] = ("PIPELINING", "SIZE 50000000", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8")
    latency_s: float = 0.0
    most: int = 0
    """Connections at once; who comes then is sent away. 0: any number."""
    record: int | None = None
    keep: bool = True
    context: ssl.SSLContext | None = None
    implicit_tls: bool = False
    password: str = "secret"
    accepted: list[tuple[str, str, bytes]] = field(default_factory=list)
    turns: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def __aenter__(self) -> "Sink":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        self._open: set[asyncio.BaseTransport] = set()
        self.server = await asyncio.get_running_loop().create_server(
            lambda: _Session(self), "127.0.0.1", port, ssl=self.context if self.implicit_tls else None
        )
        self.port = self.server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self.server.close()
        for transport in list(self._open):
            transport.abort()  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    def act(self, stage: str, recipient: str = "") -> str | None:
        """What the rules want done now; counts the turn."""
        turn = self.turns[stage]
        self.turns[stage] += 1
        for rule in self.rules:
            if rule.stage == stage and rule.at in (None, turn) and re.search(rule.match, recipient):
                return rule.do
        return None

    def take(self, recipient: str, body: bytes) -> None:
        """Record at the moment of acceptance."""
        head = body[: body.find(b"\r\n\r\n") + 2]
        at = head.lower().find(b"message-id:")
        own = head[at + 11 : head.find(b"\r\n", at)].strip().decode() if at >= 0 else ""
        if self.record is not None:
            os.write(self.record, f"{recipient}\t{own}\t{time.time():.6f}\n".encode())
        if self.keep:
            self.accepted.append((recipient, own, body.replace(b"\r\n..", b"\r\n.")))


class _Session(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.searched = 0
        self.in_data = self.silent = self.half = self.paused = False
        self.recipient = self.leaving = ""
        self.login: list[str] = []
        self.secure = sink.implicit_tls
        self.refused = False
        self.tasks: set[asyncio.Future[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        first = self.transport is None
        self.transport = transport  # type: ignore[assignment]
        self.sink._open.add(transport)
        if first:
            self.sink.connections += 1
            if self.sink.most and len(self.sink._open) > self.sink.most:
                self.write(b"421 4.7.0 too many connections\r\n")
                self.hang_up()
                return
            self.say("banner", b"220 sink ESMTP\r\n")

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self.sink._open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self.go_on()

    def go_on(self) -> None:
        out: list[bytes] = []
        while self.buffer and not self.silent and not self.paused:
            if self.in_data:
                if not self.half and self.sink.rules and self.sink.act("body", self.recipient) == "drop":
                    self.silent, self.leaving = True, "drop"
                    break
                self.half = True
                end = self.end_of_body()
                if end is None:
                    break
                body = bytes(self.buffer[:end])
                del self.buffer[: end + 3]
                self.in_data = self.half = False
                out.append(self.body(body))
            else:
                end = self.buffer.find(b"\r\n")
                if end < 0:
                    break
                line = bytes(self.buffer[:end])
                del self.buffer[: end + 2]
                out.append(self.command(line))
        self.flush(out)

    def end_of_body(self) -> int | None:
        if self.buffer[:3] == b".\r\n":
            return 0
        at = self.buffer.find(b"\r\n.\r\n", max(0, self.searched - 5))
        self.searched = 0 if at >= 0 else len(self.buffer)
        return at + 2 if at >= 0 else None

    def flush(self, out: list[bytes]) -> None:
        data = b"".join(out)
        if self.leaving:  # what was answered before still goes out, as from any server
            self.write(data)
            self.hang_up(hard=self.leaving == "reset")
        elif not data:
            return
        elif self.sink.latency_s:
            asyncio.get_running_loop().call_later(self.sink.latency_s, self.write, data)
        else:
            self.write(data)

    def write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def say(self, stage: str, reply: bytes) -> None:
        self.write(self.shaped(stage, reply))

    def shaped(self, stage: str, reply: bytes) -> bytes:
        """The reply as the rules want it; empty when it comes later or never."""
        do = self.sink.act(stage, self.recipient) if self.sink.rules else None
        if do is None:
            return reply
        if do in ("drop", "reset"):
            self.silent, self.leaving = True, do
            if stage == "banner":
                self.flush([])
            return b""
        if do.startswith("delay:"):
            self.paused = True
            asyncio.get_running_loop().call_later(float(do[6:]), self.wake, reply)
            return b""
        if do == "garbage":
            return GARBAGE
        if do == "endless":
            self.silent = True
            self.later(self.pour(b"250-and so on\r\n" * 1000))
            return b""
        if do == "huge":
            self.silent = True
            self.later(self.pour(b"x" * 100_000, times=100))
            return b""
        if do.startswith("421"):
            asyncio.get_running_loop().call_soon(self.hang_up)
        return do.encode() + b"\r\n"

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def wake(self, reply: bytes) -> None:
        self.paused = False
        self.write(reply)
        self.go_on()

    async def pour(self, data: bytes, times: int = 100_000) -> None:
        for _ in range(times):
            if self.transport is None or self.transport.is_closing():
                return
            self.write(data)
            await asyncio.sleep(0)

    def hang_up(self, hard: bool = False) -> None:
        self.silent = True
        if self.transport is not None:
            self.transport.abort() if hard else self.transport.close()

    def command(self, line: bytes) -> bytes:
        if self.sink.keep:
            self.sink.lines.append(line.decode("utf-8", "replace"))
        if self.login:
            return self.continue_login(line)
        verb = line[:4].upper()
        if verb == b"MAIL":
            self.recipient = ""
            reply = self.shaped("mail", b"250 2.1.0 ok\r\n")
            self.refused = reply[:1] in (b"4", b"5")
            return reply
        if verb == b"RCPT":
            if self.refused:
                return b"503 5.5.1 MAIL first\r\n"
            self.recipient = line[line.find(b"<") + 1 : line.find(b">")].decode()
            reply = self.shaped("rcpt", b"250 2.1.5 ok\r\n")
            if not reply.startswith(b"2"):
                self.recipient = ""
            return reply
        if verb == b"DATA":
            reply = self.shaped("data", b"354 go on\r\n" if self.recipient else b"503 5.5.1 no recipient\r\n")
            self.in_data = reply.startswith(b"354")
            return reply
        return self.other(verb, line)

    def other(self, verb: bytes, line: bytes) -> bytes:
        if verb == b"EHLO":
            extra = () if self.secure or self.sink.context is None else ("STARTTLS",)
            names = ["sink", *self.sink.features, *extra]
            text = "".join(f"250-{name}\r\n" for name in names[:-1]) + f"250 {names[-1]}\r\n"
            return self.shaped("ehlo", text.encode())
        if verb == b"STAR":
            reply = self.shaped("starttls", b"220 2.0.0 go on\r\n")
            if reply.startswith(b"220") and reply.count(b"\n") == 1:
                self.silent = True
                self.write(reply)
                self.later(self.start_tls())
                return b""
            return reply
        if verb == b"AUTH":
            return self.start_login(line.decode())
        if verb == b"QUIT":
            self.write(b"221 2.0.0 bye\r\n")
            self.hang_up()
            return b""
        return b"250 2.0.0 ok\r\n"

    async def start_tls(self) -> None:
        assert self.transport is not None
        assert self.sink.context is not None
        loop = asyncio.get_running_loop()
        try:
            made = await loop.start_tls(self.transport, self, self.sink.context, server_side=True)
        except (OSError, ssl.SSLError):
            return
        self.transport = made  # type: ignore[assignment]
        self.secure, self.silent = True, False
        self.go_on()

    def start_login(self, line: str) -> bytes:
        import base64

        way, _, token = line[5:].partition(" ")
        if way == "PLAIN":
            return self.judge(base64.b64decode(token).decode().split("\0")[2])
        self.login = ["user"]
        return b"334 VXNlcm5hbWU6\r\n"

    def continue_login(self, line: bytes) -> bytes:
        import base64

        if len(self.login) == 1:
            self.login.append("password")
            return b"334 UGFzc3dvcmQ6\r\n"
        self.login = []
        return self.judge(base64.b64decode(line).decode())

    def judge(self, password: str) -> bytes:
        good = password == self.sink.password
        return self.shaped("auth", b"235 2.7.0 ok\r\n" if good else b"535 5.7.8 wrong\r\n")

    def body(self, body: bytes) -> bytes:
        if not self.recipient:
            return b"554 5.5.1 no valid recipients\r\n"
        if self.sink.rules:
            reply = self.shaped("dot", b"")
            if reply or self.silent or self.paused:
                return reply
        self.sink.take(self.recipient, body)
        return self.shaped("after", b"250 2.0.0 taken\r\n") if self.sink.rules else b"250 2.0.0 taken\r\n"


def start(
    record: Path, *, rules: Sequence[Rule] = (), latency_ms: int = 0, most: int = 0
) -> tuple[subprocess.Popen[str], int]:
    """A sink process and its port; it writes down what it accepts as the recorder does."""
    command = [sys.executable, "-m", "tests.support.sink", "--record", str(record)]
    command += ["--latency", str(latency_ms), "--rules", json.dumps([asdict(rule) for rule in rules])]
    command += ["--most", str(most)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


async def _serve(options: argparse.Namespace) -> None:
    record = (
        os.open(options.record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644) if options.record else None
    )
    rules = [Rule(**rule) for rule in json.loads(options.rules)]
    sink = Sink(rules=rules, latency_s=options.latency / 1000, most=options.most, record=record, keep=False)
    await sink.start(options.port)
    print(sink.port, flush=True)
    await sink.server.serve_forever()


if __name__ == "__main__":
    import uvloop

    from postroom.lib.parent import end_with_parent

    end_with_parent()
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--record", default="")
    parser.add_argument("--rules", default="[]")
    parser.add_argument("--latency", type=int, default=0)
    parser.add_argument("--most", type=int, default=0)
    uvloop.run(_serve(parser.parse_args()))
