"""How granian is run, for web and edge alike. The one place for its options, each with its reason."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from postroom.config.lines import PROCESS_VARIABLE
from postroom.settings import Settings, load
from postroom.settings.parse import split_address


def run_web() -> None:
    """Becomes the web server."""
    settings = load()
    if not os.environ.get("POSTROOM_SUPERVISED"):
        from postroom.config.migrate import check_schema

        check_schema()
    counts = settings.data / "metrics"  # what the web workers of an earlier start left for one another
    shutil.rmtree(counts, ignore_errors=True)
    with contextlib.suppress(OSError):  # a full disk costs numbers, not the start
        counts.mkdir(parents=True, mode=0o700, exist_ok=True)
    _become("web", settings, settings.bind, settings.web_workers)


def run_edge() -> None:
    """Becomes the edge server; forgets how to reach the database."""
    settings = load()
    for name in [name for name in os.environ if name == "DATABASE_URL" or name.startswith("PG")]:
        del os.environ[name]
    _become("edge", settings, settings.edge_bind or "", settings.edge_workers)


def _become(process: str, settings: Settings, bind: str, workers: int) -> None:
    if os.environ.get("POSTROOM_SUPERVISED"):
        import signal

        from postroom.lib.parent import end_with_parent

        end_with_parent(signal.SIGTERM)  # survives the exec below
    # Granian speaks before our own log is set up, and its master never loads it: `lines` reads these two.
    os.environ["POSTROOM_LOG_FORMAT"] = settings.log_format
    os.environ[PROCESS_VARIABLE] = process
    # exec: the settings library's memory goes, granian's master stays as small as it can be
    target = f"postroom.config.{process}_app:application"
    os.execv(sys.executable, [sys.executable, "-m", "granian", *options(settings, bind, workers), target])  # noqa: S606


def options(settings: Settings, bind: str, workers: int) -> Iterator[str]:
    """Granian's command line."""
    host, port = split_address(bind)
    yield from ("--interface", "wsgi", "--no-ws")
    yield from ("--host", "127.0.0.1" if host == "localhost" else host, "--port", str(port))
    yield from ("--workers", str(workers))
    # More threads are slower under the interpreter's lock: 1, 4, 16 gave 4,790, 4,080, 3,410 requests/s.
    # Four keep a page that waits for the database from blocking the next one.
    yield from ("--blocking-threads", "4")
    # What waits beyond this stands in the kernel's queue, where a client's time-out still reaches it.
    yield from ("--backpressure", "64")
    # A worker that died comes back; one that grew far beyond its usual size is replaced between requests.
    yield from ("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-max-rss", "512")
    # Longer than any answer may take; then the worker is killed, so that a stop always ends.
    yield from ("--workers-kill-timeout", str(settings.drain_timeout_s))
    # Slow clients may not hold a connection for long before they have said what they want.
    yield from ("--http1-header-read-timeout", "15000")
    # No access log: query strings hold API keys and addresses. Requests are counted in /metrics by route.
    yield from ("--no-access-log", "--log-level", "warning")
    yield from ("--log-config", str(Path(__file__).with_name("granian.json")))
