"""The pipelined SMTP client against the same client speaking in lock-step, over loopback and at 20 ms a
reply.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import replace

import uvloop

from bench.common import figure, save
from postroom.sending.smtp import Connection, Envelope, Outlet

BODY = (
    b"Message-ID: <bench@x>\r\nSubject: bench\r\n\r\n" + b"A line of a letter that is long enough.\r\n" * 650
)
DEPTH = 2
"""Messages in flight per connection, as the sender has them."""


async def send(outlet: Outlet, connections: int, seconds: float, lock_step: bool) -> tuple[float, float]:
    """Messages per second, by the wall clock and by this process's CPU."""
    lines = [Connection() for _ in range(connections)]
    await asyncio.gather(*(line.open(outlet) for line in lines))
    if lock_step:
        for line in lines:
            line._pipelining = False
    loop = asyncio.get_running_loop()
    end, sent = loop.time() + seconds, 0
    envelope = Envelope("a@x.example", "b@y.example")

    async def work(line: Connection) -> None:
        nonlocal sent
        while loop.time() < end:
            result = await line.send(envelope, BODY)
            assert result.outcome == "accepted", result
            sent += 1

    began, cpu = loop.time(), time.process_time()
    await asyncio.gather(*(work(line) for line in lines for _ in range(1 if lock_step else DEPTH)))
    wall, used = loop.time() - began, time.process_time() - cpu
    await asyncio.gather(*(line.close() for line in lines))
    return sent / wall, sent / used


def measure(latency_ms: int, connections: int, seconds: float) -> dict[str, tuple[float, float]]:
    """Both ways against one sink process."""
    command = [sys.executable, "-m", "tests.support.sink", "--latency", str(latency_ms)]
    sink = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert sink.stdout is not None
    try:
        port = int(sink.stdout.readline())
        outlet = replace(
            Outlet.from_url(f"smtp://127.0.0.1:{port}?tls=none&helo=bench"),
            max_messages=10**9,
            max_age_s=10**6,
        )
        ways = {"lock-step": True, "pipelined": False}
        runs = {way: [] for way in ways}
        for _ in range(3):
            for way, lock_step in ways.items():
                runs[way].append(uvloop.run(send(outlet, connections, seconds, lock_step)))
        return {way: sorted(found)[1] for way, found in runs.items()}
    finally:
        sink.terminate()
        sink.wait()


def main() -> None:
    rows = []
    far = measure(20, 1, 3)
    for connections, target in ((1, 1.5), (10, None)):
        near = measure(0, connections, 1.5)
        many = f"{connections} connection{'s' if connections > 1 else ''}"
        for way, (wall, cpu) in near.items():
            rows.append(figure(f"{way}, 27 KB, loopback, {many}", wall, "messages/s"))
            rows.append(figure(f"{way}, the same per CPU-second of the client", cpu, "messages/s"))
        ratio = near["pipelined"][0] / near["lock-step"][0]
        rows.append(figure(f"pipelined / lock-step, loopback, {many}", ratio, "times", target))
    for way in ("lock-step", "pipelined"):
        rows.append(figure(f"{way}, 20 ms a reply, 1 connection", far[way][0], "messages/s"))
    rows.append(
        figure("pipelined / lock-step, 20 ms", far["pipelined"][0] / far["lock-step"][0], "times", 1.9)
    )
    save("smtp", rows)


if __name__ == "__main__":
    main()
