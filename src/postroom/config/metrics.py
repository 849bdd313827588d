"""What /metrics tells: requests of every web worker by route, the installation's queues by the database.

A label never holds a path, query or id: only the route's template, which is one of a fixed set.

Counts live in memory. Of several web workers each writes its own into a file every few seconds, whole and
anew, so that any of them can add all up. Files mapped into memory, as the library would have them, kill the
process that touches them on a full disk; here such a disk costs fresh numbers.
"""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from psycopg_pool import PoolTimeout

from postroom.settings import load

REQUESTS = Counter("postroom_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "postroom_request_seconds",
    "Time to answer, in seconds",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
# name, help, what to count; each reads an index or a small table.
QUEUES = (
    ("postroom_facts_pending", "Facts whose reactions have not run", "fact_pending"),
    ("postroom_facts_parked", "Facts that failed too often", "fact_pending where parked_at is not null"),
    ("postroom_chunks_open", "Runs of messages waiting for a sender", "chunk where state = 'open'"),
    ("postroom_chunks_claimed", "Runs of messages that a sender holds", "chunk where state = 'claimed'"),
    ("postroom_sends_paused", "Sends that are paused or held", "send where flow = 'paused'"),
    ("postroom_jobs_waiting", "Jobs waiting", "procrastinate_jobs where status = 'todo'"),
    ("postroom_jobs_failed", "Jobs that failed", "procrastinate_jobs where status = 'failed'"),
    ("postroom_alarms", "Open alarms", "notice where level = 'alarm' and resolved_at is null"),
)
SHARE_S = 5
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class CountRequests:
    """Middleware: counts and times each answer under its route's template."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if load().web_workers > 1:
            share()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - began)
        return response


def render() -> bytes:
    """Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Requests())  # type: ignore[arg-type]
    registry.register(_Queues())  # type: ignore[arg-type]
    return generate_latest(registry)


def counts_dir() -> Path:
    """Where the web workers of this machine leave their counts for one another."""
    return load().data / "metrics"


_sharing = threading.Lock()


def share() -> None:
    """Starts to leave this process's counts for the others, once."""
    if _sharing.acquire(blocking=False):
        threading.Thread(target=_keep_sharing, name="metrics", daemon=True).start()


def write_counts() -> bool:
    """Leaves this process's counts in its file. False when the disk is full: then the older ones stay."""
    file = _own_file()
    part = file.with_suffix(".part")
    try:
        part.write_text(json.dumps([[*key, value] for key, value in _own_counts().items()]))
        part.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def _keep_sharing() -> None:
    while True:
        time.sleep(SHARE_S)
        write_counts()


def _own_file() -> Path:
    return counts_dir() / f"{os.getpid()}.json"


Counts = dict[tuple[str, str], float]  # by the sample's name and its labels as JSON


def _own_counts() -> Counts:
    samples = (
        sample for each in (REQUESTS, SECONDS) for family in each.collect() for sample in family.samples
    )
    return {(s.name, json.dumps(s.labels)): s.value for s in samples if not s.name.endswith("_created")}


def _all_counts() -> Counts:
    found = _own_counts()
    for file in counts_dir().glob("*.json"):
        if file == _own_file():
            continue
        with contextlib.suppress(OSError, ValueError):
            for name, labels, value in json.loads(file.read_text()):
                found[name, labels] = found.get((name, labels), 0.0) + value
    return found


class _Requests:
    def collect(self) -> Iterator[Metric]:
        counts = _all_counts()
        for each in (REQUESTS, SECONDS):
            for family in each.collect():
                total = Metric(family.name, family.documentation, family.type)
                for (name, labels), value in counts.items():
                    if name.startswith(family.name + "_"):
                        total.add_sample(name, json.loads(labels), value)
                yield total


class _Queues:
    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = []
        try:
            with connection.cursor() as cursor:
                for name, text, rows in QUEUES:
                    cursor.execute(f"select count(*) from {rows}")
                    found.append(GaugeMetricFamily(name, text, value=cursor.fetchone()[0]))
        except (DatabaseError, PoolTimeout):  # then above all somebody wants to see the rest
            found = []
        yield GaugeMetricFamily("postroom_database_up", "1 when the database answers", value=bool(found))
        yield from found
