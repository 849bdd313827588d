"""What the measurements of lists share: many people, a web process, a client that keeps its connections."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context

Request = Callable[[int], bytes]
FILL = """
INSERT INTO subscriber
    (account_id, email, email_key, first_name, state, fields, source, created_at, confirmed_at)
SELECT %(account)s, email, email, (ARRAY['Ada', 'Grace', 'Linus', 'Barbara', 'Edsger'])[1 + n %% 5], 'active',
    jsonb_build_object(%(field)s::text, 'City ' || n %% 1000), 'Form', at, at
FROM generate_series(1, %(count)s) AS n,
    LATERAL (SELECT 'person' || n || '@list' || n %% 50 || '.example' AS email,
        now() - n * interval '20 seconds' AS at) t
"""


def fill(count: int) -> tuple[int, str, str]:
    """An account with `count` active people, one custom field and true counts; (account id, key, secret)."""
    from postroom.accounts import services as accounts
    from postroom.lib import sql
    from postroom.subscribers import services as subscribers

    account, pair = accounts.create_account(name="Bench", from_email="ada@letters.example")
    field = subscribers.create_field(account_id=account.pk, label="City")
    sql.execute(FILL, {"account": account.pk, "field": field.id, "count": count})
    sql.execute(
        "INSERT INTO counter_total (account_id, subject, subject_id, state, n)"
        " VALUES (%s, 'people', 0, 'active', %s)",
        [account.pk, count],
    )
    sql.execute("VACUUM ANALYZE subscriber")
    return account.pk, pair.api_key, pair.api_secret


@contextmanager
def web(workers: int) -> Iterator[int]:
    """`postroom web` as it is run, without the limiter; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "POSTROOM_BIND": f"127.0.0.1:{port}",
        "POSTROOM_WEB_WORKERS": str(workers),
        "POSTROOM_API_RATE_LIMIT": "0",
        "POSTROOM_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "postroom.config.main", "web"]
    script = os.path.join(os.path.dirname(sys.executable), "postroom")
    if os.path.exists(script):
        command = [script, "web"]
    server = subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def ask(port: int, make: Request, *, connections: int, seconds: float) -> tuple[int, int, float]:
    """(answers of 200, other answers, p99 in ms) from a process of its own."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(_ask, (port, make, connections, seconds))


def _wait(port: int) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            return
        time.sleep(0.1)
    raise RuntimeError("The web process did not answer within 60 s.")


def _ask(port: int, make: Request, connections: int, seconds: float) -> tuple[int, int, float]:
    import uvloop

    return uvloop.run(_ask_many(port, make, connections, seconds))


async def _ask_many(port: int, make: Request, connections: int, seconds: float) -> tuple[int, int, float]:
    number, good, bad = 0, 0, 0
    waits: list[float] = []
    ends = time.perf_counter() + seconds

    async def one() -> None:
        nonlocal number, good, bad
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < ends:
            number += 1
            began = time.perf_counter()
            writer.write(make(number))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
            )
            await reader.readexactly(length)
            waits.append(time.perf_counter() - began)
            if head.startswith(b"HTTP/1.1 200"):
                good += 1
            else:
                bad += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    waits.sort()
    return good, bad, 1000 * waits[int(len(waits) * 0.99)] if waits else 0.0
