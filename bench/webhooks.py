"""Webhook deliveries of one worker per second: to a fast target, and with silent ones in the queue before it.

The worker's own loop in a process of its own; the target answers 200 at once from a third. The second figure
is how long one new delivery takes while hosts that never answer hold thousands of older ones.
"""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time

from bench import _mail
from bench.common import figure, save

COUNT = int(os.environ.get("BENCH_DELIVERIES", "12000"))
SILENT_HOSTS, SILENT_EACH, PROBES = 100, 200, 20
LOOP = (
    "import signal, sys, threading, uvloop; from postroom.config import wsgi;"
    " import django; django.setup(); from postroom.webhooks.deliver import Deliverer;"
    " stop = threading.Event(); signal.signal(signal.SIGTERM, lambda *_: stop.set());"
    " uvloop.run(Deliverer(dsn=sys.argv[1], allow_private=True).run(stop))"
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Target(asyncio.Protocol):
    """Answers every request at once; `arrived` holds when."""

    arrived: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.rest = b""

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while b"\r\n\r\n" in self.rest:
            head, _, more = self.rest.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
            if len(more) < length:
                return
            self.rest = more[length:]
            self.arrived.append(time.time())
            self.transport.write(ANSWER)  # type: ignore[attr-defined]


def serve() -> int:
    """The target in a thread; its port."""
    ready, port = threading.Event(), [0]

    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Target, "127.0.0.1", 0)
        port[0] = server.sockets[0].getsockname()[1]
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    ready.wait()
    return port[0]


def main() -> None:
    from tests.support.mailing import House

    port = serve()
    silent = socket.create_server(("127.0.0.1", 0), backlog=2000)  # the kernel takes calls; nobody answers
    with _mail.database() as (dsn, _):
        house = House(dsn)
        account = house.account()
        people = house.people(account, 1000)
        fast = make_hook(house, account, "127.0.0.1", f"http://127.0.0.1:{port}/")
        put(house, fast, people, COUNT)
        worker = subprocess.Popen([sys.executable, "-c", LOOP, dsn])
        try:
            while house.value("SELECT count(*) FROM hook_delivery WHERE state = 'delivered'") < COUNT:
                time.sleep(0.2)
            arrived = sorted(Target.arrived)
            rate = (len(arrived) - 1) / (arrived[-1] - arrived[0])
            for number in range(SILENT_HOSTS):
                url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
                put(house, make_hook(house, account, f"silent{number}.example", url), people, SILENT_EACH)
            time.sleep(2)
            waits = [probe(house, fast, people) for _ in range(PROBES)]
        finally:
            worker.terminate()
            worker.wait(30)
        house.close()
    waits.sort()
    rows = [
        figure("webhook deliveries to a fast target, one worker", rate, "/s", 400),
        figure(
            "… beside 100 silent hosts, median wait of a new one", waits[PROBES // 2], "s", 1, at_most=True
        ),
        figure("… slowest of 20", waits[-1], "s", 2, at_most=True),
    ]
    save("webhooks", rows)


def make_hook(house: object, account: int, host: str, url: str) -> tuple[int, int, str]:
    """(account, hook, host)."""
    made = house.value(  # type: ignore[attr-defined]
        "INSERT INTO hook (account_id, event, target_url, host, status, reason)"
        " VALUES (%s, 'subscriber_activate', %s, %s, 'enabled', '') RETURNING id",
        [account, url, host],
    )
    return account, made, host


def put(house: object, hook: tuple[int, int, str], people: list[int], count: int) -> None:
    """Deliveries that are due, of the usual size."""
    body = '{"subscriber":{"id":1,"first_name":"Ada","email_address":"ada@example.com","fields":{}}}'
    house.db.execute(  # type: ignore[attr-defined]
        "INSERT INTO hook_delivery (account_id, hook_id, subscriber_id, fact_id, body, host, state)"
        " SELECT %s, %s, (%s::bigint[])[1 + n %% %s], n, %s, %s, 'waiting' FROM generate_series(1, %s) n",
        [hook[0], hook[1], people, len(people), body, hook[2], count],
    )


def probe(house: object, hook: tuple[int, int, str], people: list[int]) -> float:
    """Seconds from a row's commit until it arrives."""
    before, begin = len(Target.arrived), time.time()
    put(house, hook, people, 1)
    while len(Target.arrived) == before:
        time.sleep(0.005)
    return Target.arrived[-1] - begin


if __name__ == "__main__":
    main()
