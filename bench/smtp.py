"""The pipelined SMTP client against the same client in lock-step, over loopback and at 20 ms a reply.

Both ways are open to the same sink at the same time and take turns of half a second, after a warm-up; each
turn is set against the one after it, and the median of these ratios is the figure: what else the machine does
hits both alike. Over loopback the sink is Debian's smtp-sink, so that no Python stands at the other end.
The clock says little on a machine that has other work, where a turn lasts as long as others let it: so the
load is written down, and beside the clock's ratio stands that of the processor time which both ends together
spend on a message, which no neighbour changes.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from time import process_time

import uvloop

from bench import _mail
from bench.common import figure, save
from postroom.sending.smtp import Connection, Envelope, Outlet

BODY = (
    b"Message-ID: <bench@x>\r\nSubject: bench\r\n\r\n" + b"A line of a letter that is long enough.\r\n" * 650
)
ENVELOPE = Envelope("a@x.example", "b@y.example")
DEPTH = 2
"""Messages in flight per connection, as the sender has them."""
WAYS = ("lock-step", "pipelined")


@dataclass
class Found:
    """Messages per second by the clock and per second of the client's CPU, by way; pipelined / lock-step."""

    wall: dict[str, float]
    cpu: dict[str, float]
    ratio: float
    spread: tuple[float, float]
    """The quartiles of the ratio."""
    cpu_ratio: float
    """The same by the processor time of both ends."""


async def take_turns(outlet: Outlet, connections: int, turns: int, seconds: float, sink: int) -> Found:
    """Lock-step and pipelined in turn, `turns` times each."""
    lines = {way: [Connection() for _ in range(connections)] for way in WAYS}
    await asyncio.gather(*(line.open(outlet) for way in WAYS for line in lines[way]))
    for line in lines["lock-step"]:
        line._pipelining = False
    for way in WAYS:
        await send_for(lines[way], way, seconds, sink)
    found: dict[str, list[tuple[float, float, float]]] = {way: [] for way in WAYS}
    for turn in range(turns):
        for way in WAYS if turn % 2 else WAYS[::-1]:
            found[way].append(await send_for(lines[way], way, seconds, sink))
    await asyncio.gather(*(line.close() for way in WAYS for line in lines[way]))
    wall, cpu, both = ({way: [rates[n] for rates in found[way]] for way in WAYS} for n in range(3))
    low, _, high = quantiles(ratios(wall), n=4)
    return Found(
        {way: median(wall[way]) for way in WAYS},
        {way: median(cpu[way]) for way in WAYS},
        median(ratios(wall)),
        (low, high),
        median(ratios(both)),
    )


def ratios(rates: dict[str, list[float]]) -> list[float]:
    """Pipelined / lock-step, turn by turn."""
    return [fast / slow for fast, slow in zip(rates["pipelined"], rates["lock-step"], strict=True)]


async def send_for(
    lines: list[Connection], way: str, seconds: float, sink: int
) -> tuple[float, float, float]:
    """Messages per second: by the clock, by this process's CPU, by that of both ends."""
    loop = asyncio.get_running_loop()
    end, sent = loop.time() + seconds, 0

    async def work(line: Connection) -> None:
        nonlocal sent
        while loop.time() < end:
            result = await line.send(ENVELOPE, BODY)
            assert result.outcome == "accepted", result
            sent += 1

    began, ours, theirs = loop.time(), process_time(), cpu_s(sink)
    await asyncio.gather(*(work(line) for line in lines for _ in range(1 if way == "lock-step" else DEPTH)))
    wall, ours, theirs = loop.time() - began, process_time() - ours, cpu_s(sink) - theirs
    return sent / wall, sent / ours, sent / (ours + theirs)


def cpu_s(pid: int) -> float:
    """Processor seconds of another process of one thread."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def slow_sink(latency_ms: int) -> Iterator[tuple[int, int]]:
    """The tests' sink, which answers late: its port and its process."""
    command = [sys.executable, "-m", "tests.support.sink", "--latency", str(latency_ms)]
    sink = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert sink.stdout is not None
    try:
        yield int(sink.stdout.readline()), sink.pid
    finally:
        sink.terminate()
        sink.wait()


def measure(port: int, sink: int, connections: int, turns: int, seconds: float) -> Found:
    """Against what listens at `port`."""
    outlet = replace(
        Outlet.from_url(f"smtp://127.0.0.1:{port}?tls=none&helo=bench"), max_messages=10**9, max_age_s=10**6
    )
    return uvloop.run(take_turns(outlet, connections, turns, seconds, sink))


def main() -> None:
    rows = [figure("other work on the machine before (load average)", os.getloadavg()[0], "processes")]
    for connections, target in ((1, 1.5), (10, None)):
        many = f"{connections} connection{'s' if connections > 1 else ''}"
        with _mail.sink_process() as (port, sink):
            near = measure(port, sink, connections, 15, 0.5)
        for way in WAYS:
            rows.append(figure(f"{way}, 27 KB, loopback, {many}", near.wall[way], "messages/s"))
            rows.append(figure(f"{way}, the same per CPU-second of the client", near.cpu[way], "messages/s"))
        rows.append(figure(f"pipelined / lock-step, loopback, {many}", near.ratio, "times", target))
        rows.append(figure("… lower quartile of 15 pairs of turns", near.spread[0], "times"))
        rows.append(figure("… upper quartile", near.spread[1], "times"))
        rows.append(figure("… by processor time of both ends", near.cpu_ratio, "times"))
    with slow_sink(20) as (port, sink):
        far = measure(port, sink, 1, 3, 2)
    for way in WAYS:
        rows.append(figure(f"{way}, 20 ms a reply, 1 connection", far.wall[way], "messages/s"))
    rows.append(figure("pipelined / lock-step, 20 ms", far.ratio, "times", 1.9))
    save("smtp", rows)


if __name__ == "__main__":
    main()
