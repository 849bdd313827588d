"""A mail server that writes down what it accepts at the moment it does: `python -m tests.support.recorder
FILE`.

It prints its port. Each line of FILE is recipient, tab, Message-ID, tab, seconds since 1970. How it behaves
is said
by the recipient's local part: `soft…` 451 at RCPT, `hard…` 550 5.1.1 at RCPT, `policy…` 550 5.7.1 at the dot,
`lost…` accepts and hangs up without an answer (`lost1…` the first time only), `cut…` hangs up before the
dot the
first time, `greet…` hangs up at RCPT the first time. `--latency MS` delays each answer to a dot,
`--all-soft FILE`
answers 451 to every MAIL while FILE exists.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import uvloop

seen: Counter[str] = Counter()


class Recorder(asyncio.Protocol):
    def __init__(self, record: int, latency_s: float, all_soft: str) -> None:
        self.record, self.latency_s, self.all_soft = record, latency_s, all_soft
        self.buffer = b""
        self.in_data = False
        self.rcpt = ""
        self.in_mail = False
        self.hangs_up = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(b"220 recorder\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        out: list[bytes] = []
        while self.buffer and not self.hangs_up:
            if self.in_data:
                end = 0 if self.buffer.startswith(b".\r\n") else self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    break
                body, self.buffer = self.buffer[:end], self.buffer[end + (3 if end == 0 else 5) :]
                self.in_data = False
                out.append(self.accept(body))
            else:
                line, found, rest = self.buffer.partition(b"\r\n")
                if not found:
                    break
                self.buffer = rest
                out.append(self.command(line))
        if self.hangs_up:  # what was answered before still goes out, as from any server
            self.write(b"".join(out))
            self.transport.close()
        elif out:
            self.answer(b"".join(out))

    def answer(self, data: bytes) -> None:
        if self.latency_s:
            asyncio.get_running_loop().call_later(self.latency_s, self.write, data)
        else:
            self.write(data)

    def write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)  # type: ignore[attr-defined]

    def command(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-recorder\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250 ENHANCEDSTATUSCODES\r\n"
        if verb == b"MAIL":
            self.rcpt = ""
            self.in_mail = False
            if self.all_soft and os.path.exists(self.all_soft):
                return b"451 4.3.2 come back later\r\n"
            self.in_mail = True
            return b"250 2.1.0 ok\r\n"
        if verb == b"RCPT":
            return b"503 5.5.1 MAIL first\r\n" if not self.in_mail else self.recipient(line[9:-1].decode())
        if verb == b"DATA":
            if not self.rcpt:
                return b"503 5.5.1 no recipient\r\n"
            if self.rcpt.startswith("cut") and not seen["cut" + self.rcpt]:
                seen["cut" + self.rcpt] += 1
                self.hangs_up = True
                return b""
            self.in_data = True
            return b"354 go on\r\n"
        if verb == b"QUIT":
            self.write(b"221 bye\r\n")
            self.transport.close()
            return b""
        return b"250 2.0.0 ok\r\n"

    def recipient(self, address: str) -> bytes:
        if address.startswith("soft"):
            return b"451 4.2.1 try again later\r\n"
        if address.startswith("hard"):
            return b"550 5.1.1 no such user here\r\n"
        if address.startswith("greet") and not seen["greet" + address]:
            seen["greet" + address] += 1
            self.hangs_up = True
            return b""
        self.rcpt = address
        return b"250 2.1.5 ok\r\n"

    def accept(self, body: bytes) -> bytes:
        if self.rcpt.startswith("policy"):
            return b"550 5.7.1 refused as spam\r\n"
        head = body[:4000]
        at = head.lower().find(b"message-id:")
        message_id = head[at + 11 : head.find(b"\r\n", at)].strip() if at >= 0 else b"?"
        os.write(self.record, f"{self.rcpt}\t{message_id.decode()}\t{time.time():.6f}\n".encode())
        if self.rcpt.startswith("lost"):
            seen[self.rcpt] += 1
            if not self.rcpt.startswith("lost1") or seen[self.rcpt] == 1:
                self.hangs_up = True
                return b""
        return b"250 2.0.0 taken\r\n"


def start(
    record: Path, *, latency_ms: int = 0, all_soft: Path | None = None
) -> tuple[subprocess.Popen[str], int]:
    """A recorder process and its port."""
    command = [sys.executable, "-m", "tests.support.recorder", str(record), "--latency", str(latency_ms)]
    if all_soft:
        command += ["--all-soft", str(all_soft)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, process_group=0)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def read(record: Path) -> list[tuple[str, str, float]]:
    """What was accepted, in order: recipient, Message-ID, when."""
    if not record.exists():
        return []
    lines = (line.split("\t") for line in record.read_text().splitlines())
    return [(recipient, message_id, float(at)) for recipient, message_id, at in lines]


async def serve(options: argparse.Namespace) -> None:
    record = os.open(options.record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Recorder(record, options.latency / 1000, options.all_soft), "127.0.0.1", options.port
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    from postroom.lib.parent import end_with_parent

    end_with_parent()
    parser = argparse.ArgumentParser()
    parser.add_argument("record")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=int, default=0)
    parser.add_argument("--all-soft", default="")
    uvloop.run(serve(parser.parse_args()))
