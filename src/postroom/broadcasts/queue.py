"""A broadcast on its way, seen from where it goes: receiving sites, and the speed since it began.

Both read a whole send. Small ones are counted whenever somebody asks; of a large one the last answer is kept
for twenty times as long as it took, so that a screen that asks every two seconds costs a twentieth of a core
at most."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from postroom.broadcasts import sites
from postroom.lib import clock, sql
from postroom.lib.remember import Remembered
from postroom.sending import queries as sending
from postroom.sending.models import Send
from postroom.tracking import queries as tracking

LARGE = 20_000
MOST_SITES = 8
RECENT_S = 60
MOST_POINTS = 60
LEAST_POINTS = 12
MESSAGES_A_POINT = 10

T = TypeVar("T")
_kept = Remembered()


@dataclass(frozen=True, slots=True)
class Site:
    """A receiving site, or with `site` empty all `sites` smaller ones. planned = delivered + deferred +
    refused + open + what needs no mail any more. `said`: the word of `sites.said`, or empty."""

    site: str
    name: str
    sites: int
    planned: int
    delivered: int
    deferred: int
    refused: int
    open: int
    rate_per_s: float
    done_at: datetime | None
    said: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages per second around `at`."""

    at: datetime
    rate_per_s: float


@dataclass(frozen=True, slots=True)
class Queue:
    """Where a send goes and how fast it went, as counted at `counted_at`."""

    counted_at: datetime
    sites: list[Site]
    speed: list[Pace]


def queue(send: Send) -> Queue:
    """Where a broadcast's send goes."""
    return kept(send, "queue", lambda: _count(send))


def progress(send: Send) -> sending.Progress:
    """`sending.queries.progress`, for somebody who asks again and again."""
    return kept(send, "progress", lambda: sending.progress(send.account_id, send.pk))


def reports(sends: Sequence[Send]) -> dict[int, tracking.Report]:
    """The reports of the sends of one page, by id, found together."""
    if not sends:
        return {}
    account_id, ids = sends[0].account_id, [send.pk for send in sends]
    if all(send.planned < LARGE for send in sends):
        return tracking.reports(account_id, ids)
    key = (account_id, "reports", tuple((send.pk, send.flow, send.finished_at) for send in sends))
    return _kept.get(key, lambda: tracking.reports(account_id, ids))


def kept(send: Send, what: str, find: Callable[[], T]) -> T:
    """`find()` about a send, or of a large one what it answered a moment ago."""
    if send.planned < LARGE:
        return find()
    # A move of the send is seen at once: what was counted before it is not asked for any more.
    return _kept.get((send.account_id, send.pk, send.flow, send.finished_at, what), find)


def _count(send: Send) -> Queue:
    now = clock.now()
    since = send.started_at
    found = _sites(send, now)
    done = sum(each.delivered + each.refused for each in found)
    return Queue(now, found, _speed(send, done, since, now) if since else [])


def _sites(send: Send, now: datetime) -> list[Site]:
    found = sql.rows(
        sql.load("broadcasts", "count_sites"),
        {
            **_of(send),
            "domains": list(sites.SITE_OF),
            "sites": list(sites.SITE_OF.values()),
            "most": MOST_SITES,
            "recent_s": RECENT_S,
        },
    )
    answers = _answers(send, {row["site"] for row in found})
    age_s = (now - send.started_at).total_seconds() if send.started_at else RECENT_S
    return [_site(row, answers, send, now, min(RECENT_S, max(age_s, 1.0))) for row in found]


def _site(row: dict[str, Any], answers: dict[str, str], send: Send, now: datetime, over_s: float) -> Site:
    site = row["site"] or ""
    rate, left = row["lately"] / over_s, row["open"] + row["deferred"]
    moves = rate and left and send.flow == "running"
    troubled = row["deferred"] or row["refused"]
    return Site(
        site=site,
        name=sites.name_of(site),
        sites=row["sites"],
        planned=row["planned"],
        delivered=row["delivered"],
        deferred=row["deferred"],
        refused=row["refused"],
        open=row["open"],
        rate_per_s=round(rate, 1),
        done_at=now + timedelta(seconds=left / rate) if moves else None,
        said=answers.get(site, "") if troubled else "",
    )


def _answers(send: Send, shown: set[str | None]) -> dict[str, str]:
    """The last answer of each site shown, as a word; of all others together under the empty name."""
    found = sql.rows(
        sql.load("broadcasts", "list_site_answers"), {"account": send.account_id, "send": send.pk}
    )
    by_site: dict[str, str] = {}
    for row in sorted(found, key=lambda each: each["at"]):
        word = sites.said(row["code"], row["enhanced"], row["text"])
        site = sites.SITE_OF.get(row["domain"], row["domain"])
        by_site[site if site in shown else ""] = word
    return by_site


def _speed(send: Send, done: int, since: datetime, now: datetime) -> list[Pace]:
    span_s = max(1.0, (now - since).total_seconds())
    # A slow send is drawn in longer stretches: one message here and none there is no speed.
    steady_s = MESSAGES_A_POINT * span_s / max(done, 1)
    bucket_s = max(2, math.ceil(span_s / MOST_POINTS), math.ceil(min(steady_s, span_s / LEAST_POINTS)))
    found = sql.rows(
        sql.load("broadcasts", "count_speed"),
        {**_of(send), "since": since, "until": now, "bucket_s": bucket_s},
    )
    counts = {row["bucket"]: row["n"] for row in found}
    # The stretch of now is not whole yet and would look like a fall.
    whole = int(span_s // bucket_s)
    return [
        Pace(since + timedelta(seconds=(n + 1) * bucket_s), round(counts.get(n, 0) / bucket_s, 1))
        for n in range(whole)
    ]


def _of(send: Send) -> dict[str, Any]:
    return {"account": send.account_id, "send": send.pk, "day": send.send_day}
