"""The worker process: procrastinate's jobs in one event loop, each loop of `loops.py` in a thread."""

import asyncio
import os
import random
import signal
import socket
from threading import Event, Thread
from typing import Any

import psycopg
import structlog

from postroom.config import logs
from postroom.config.loops import Loop, all_loops
from postroom.settings import load

log = structlog.get_logger("postroom.worker")
LEADER_LOCK = 5_077_002  # advisory lock of the scheduler
JOBS_AT_ONCE = 4
MAX_PAUSE_S = 30.0
# A host that vanished must not stay scheduler: both ends notice within half a minute.
KEEPALIVE: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}


def main() -> None:
    """Works until SIGTERM or SIGINT, then lets running rounds and jobs finish."""
    settings = load()
    logs.set_up("worker")
    from postroom.config.migrate import check_schema

    check_schema()
    stop, leads = Event(), Event()
    threads = [Thread(target=_lead, args=(stop, leads), name="leader", daemon=True)]
    threads += [
        Thread(target=_repeat, args=(loop, stop, leads), name=loop.name, daemon=True) for loop in all_loops()
    ]
    for thread in threads:
        thread.start()
    asyncio.run(_run_jobs(stop, settings.drain_timeout_s))
    stop.set()
    for thread in threads:
        thread.join(settings.drain_timeout_s)
    log.info("stopped")


async def _run_jobs(stop: Event, drain_timeout_s: int) -> None:
    """Runs procrastinate; comes back after its connection was lost, as long as nobody asked to stop."""
    from procrastinate.contrib.django import app

    asked = asyncio.Event()
    running: list[asyncio.Task[None]] = []

    def ask_to_stop() -> None:
        asked.set()
        stop.set()
        for task in running:
            task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ask_to_stop)
    pause = 1.0
    while not asked.is_set():
        worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
        try:
            async with worker_app.open_async():
                running[:] = [
                    asyncio.create_task(
                        worker_app.run_worker_async(
                            name=f"worker {os.getpid()} on {socket.gethostname()}",
                            concurrency=JOBS_AT_ONCE,
                            install_signal_handlers=False,
                            shutdown_graceful_timeout=drain_timeout_s,
                            delete_jobs="successful",
                        )
                    )
                ]
                pause = 1.0
                await asyncio.gather(*running)
        except asyncio.CancelledError:
            break
        except Exception as error:
            log.warning("jobs pause", reason=type(error).__name__, pause_s=pause, exc_info=error)
            try:
                await asyncio.wait_for(asked.wait(), pause)
            except TimeoutError:
                pause = min(pause * 2, MAX_PAUSE_S)


def _repeat(loop: Loop, stop: Event, leads: Event) -> None:
    from django.db import connection

    pause = loop.interval_s
    while not stop.is_set():
        if loop.leader and not leads.is_set():
            stop.wait(0.5)
            continue
        try:
            did = loop.run(stop)
            pause = 0 if did else loop.interval_s
        except Exception as error:
            pause = min(max(pause, loop.interval_s, 0.5) * 2, MAX_PAUSE_S) * random.uniform(0.8, 1.2)  # noqa: S311
            log.error("loop failed", loop=loop.name, pause_s=round(pause, 1), exc_info=error)
        finally:
            connection.close()  # back into the pool
        stop.wait(pause)


def _lead(stop: Event, leads: Event) -> None:
    """Holds the scheduler's lock while this process lives; a lost connection gives it away."""
    while not stop.is_set():
        try:
            with psycopg.connect(load().database_dsn(), autocommit=True, **KEEPALIVE) as held:
                while not stop.is_set():
                    row = held.execute("select pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
                    if row and row[0]:
                        leads.set()
                        log.info("this worker is the scheduler")
                        while not stop.wait(2):
                            held.execute("select 1")
                        return
                    stop.wait(2)
        except psycopg.Error as error:
            log.warning("no longer scheduler", reason=type(error).__name__)
        finally:
            leads.clear()
        stop.wait(2)
