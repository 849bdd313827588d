"""What /metrics tells: requests of every web worker by route, the installation's queues by the database.

A label never holds a path, query or id: only the route's template, which is one of a fixed set.
"""

import os
import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from psycopg_pool import PoolTimeout

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
    ("postroom_chunks_open", "Runs of messages waiting for a sender", "chunk where state <> 'done'"),
    ("postroom_sends_paused", "Sends that are paused or held", "send where flow = 'paused'"),
    ("postroom_jobs_waiting", "Jobs waiting", "procrastinate_jobs where status = 'todo'"),
    ("postroom_jobs_failed", "Jobs that failed", "procrastinate_jobs where status = 'failed'"),
    ("postroom_alarms", "Open alarms", "notice where level = 'alarm' and resolved_at is null"),
)
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class CountRequests:
    """Middleware: counts and times each answer under its route's template."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

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
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for each in (REQUESTS, SECONDS):
            registry.register(each)
    registry.register(_Queues())  # type: ignore[arg-type]
    return generate_latest(registry)


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
