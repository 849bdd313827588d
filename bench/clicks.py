"""Click redirects per second at the edge, no database; every acknowledged click must be in the spool.

The edge runs as `postroom edge` runs it. A second process asks over 32 kept-alive connections, each time for
another recipient's link, and takes a 302 with the right Location as the answer.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import uvloop

from bench.common import figure, save
from postroom.content import links
from postroom.content.links import MessageRef
from postroom.lib.signing import Keyring
from postroom.settings.load import read
from postroom.tracking import spool

KEY = "0123456789abcdef" * 4
CONNECTIONS = 32
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
URL = "https://slowmornings.example/field-notes?issue=41"


def main() -> None:
    rows = []
    for workers, target in ((1, 4_000), (2, 6_000)):
        answered, slow_ms, lost, seconds = measure(workers)
        name = f"click redirects, {workers} edge worker{'s' if workers > 1 else ''}, database away"
        rows.append(figure(name, answered / seconds, "/s", target))
        rows.append(figure(f"… p99, {workers} worker(s)", slow_ms, "ms", 50, at_most=True))
        rows.append(
            figure(f"… acknowledged but not stored, {workers} worker(s)", lost, "clicks", 0, at_most=True)
        )
    save("clicks", rows)


def measure(workers: int) -> tuple[int, float, int, float]:
    """Answers, the 99th percentile in ms, lost clicks, seconds."""
    with tempfile.TemporaryDirectory(prefix="postroom-bench-") as directory:
        data, port = Path(directory), free_port()
        edge = start_edge(data, port, workers)
        try:
            wait_for(port)
            with get_context("spawn").Pool(1) as pool:
                pool.apply(ask, (port, 1.0))
                warmed = count_stored(data)
                answered, waits, seconds = pool.apply(ask, (port, SECONDS))
        finally:
            edge.send_signal(signal.SIGTERM)
            edge.wait(20)
        stored = count_stored(data) - warmed
        waits.sort()
        return answered, waits[int(len(waits) * 0.99)] * 1000, max(0, answered - stored), seconds


def start_edge(data: Path, port: int, workers: int) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POSTROOM_")}
    environment.pop("DATABASE_URL", None)
    environment |= {
        "POSTROOM_DATA": str(data),
        "POSTROOM_SECRET_KEY": KEY,
        "POSTROOM_EDGE_BIND": f"127.0.0.1:{port}",
        "POSTROOM_EDGE_WORKERS": str(workers),
    }
    return subprocess.Popen([sys.executable, "-m", "postroom", "edge"], env=environment)


def ask(port: int, seconds: float) -> tuple[int, list[float], float]:
    """Keeps every connection busy for so long; answers counted, their waits in seconds, the time it took."""
    return uvloop.run(_ask(port, seconds))


async def _ask(port: int, seconds: float) -> tuple[int, list[float], float]:
    paths = make_paths(20_000)
    loop, waits = asyncio.get_running_loop(), []
    started = time.perf_counter()
    clients = []
    for n in range(CONNECTIONS):
        made = lambda n=n: Client(paths, n * 611, started + seconds, waits)  # noqa: E731
        _, client = await loop.create_connection(made, "127.0.0.1", port)
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))
    return len(waits), waits, time.perf_counter() - started


class Client(asyncio.Protocol):
    """One connection: a request, its answer, the next."""

    def __init__(self, paths: list[bytes], first: int, until: float, waits: list[float]) -> None:
        self.paths, self.at, self.until, self.waits = paths, first, until, waits
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.next()

    def next(self) -> None:
        self.at = (self.at + 1) % len(self.paths)
        self.asked = time.perf_counter()
        self.transport.write(self.paths[self.at])

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.buffer.endswith(b"\r\n\r\n"):
            return
        if not self.buffer.startswith(b"HTTP/1.1 302") or URL.encode() not in self.buffer:
            self.done.set_exception(AssertionError(self.buffer[:500]))
            return
        self.buffer, now = b"", time.perf_counter()
        self.waits.append(now - self.asked)
        if now < self.until:
            self.next()
        else:
            self.transport.close()
            self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the edge closed the connection"))


def make_paths(count: int) -> list[bytes]:
    keyring = Keyring(read(secret_key=KEY).secret_keys())
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
    return [
        f"GET {links.sign_click(keyring, MessageRef(7, 41, 20_780, n, 0), n % 5, URL)} HTTP/1.1\r\n"
        f"Host: e.example\r\nUser-Agent: {agent}\r\n\r\n".encode()
        for n in range(count)
    ]


def count_stored(data: Path) -> int:
    return sum(1 for hit in spool.walk(data / "edge") if hit.kind == "click")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, timeout_s: float = 20) -> None:
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the edge does not answer")


if __name__ == "__main__":
    main()
