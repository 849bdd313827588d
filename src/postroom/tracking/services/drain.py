"""From the spool into the database: each hit once, however often the worker is killed in between."""

from __future__ import annotations

import ipaddress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from postroom.content.links import MessageRef
from postroom.lib import sql
from postroom.subscribers.rules import Cause
from postroom.tracking import rules, spool
from postroom.tracking.services import leave
from postroom.tracking.spool import HitRecord, Segment

BATCH = 5_000
_EPOCH = date(1970, 1, 1)
_COLUMNS = (
    "spool, spool_offset, day, account_id, send_id, send_day, recipient_id, nth, kind, number, url, verdict,"
    " ip, user_agent, at"
)


def drain_spool(*, directory: Path, limit: int = BATCH) -> int:
    """Stores up to `limit` hits of each segment of this host's spool. Returns how many records were read.

    A segment that is finished and stored is deleted. Unsubscribes take effect here.
    """
    return sum(_drain_segment(path, limit) for path in spool.list_segments(directory))


def _drain_segment(path: Path, limit: int) -> int:
    try:
        segment = _store_segment(path, limit)
    except FileNotFoundError:  # another worker of this host was done with it first
        return 0
    if segment is None:
        return 0
    if segment.finished:
        spool.remove_segment(path)
        sql.execute("DELETE FROM spool_position WHERE spool = %s", [path.name])
    return len(segment.records)


@transaction.atomic
def _store_segment(path: Path, limit: int) -> Segment | None:
    """Reads on from where the last transaction stopped; hits and the new position are one transaction."""
    lock = sql.row("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)) AS ok", [f"spool:{path.name}"])
    if not lock or not lock["ok"]:
        return None
    known = sql.row("SELECT position FROM spool_position WHERE spool = %s", [path.name])
    segment = spool.read_segment(path, known["position"] if known else 0, limit)
    if segment.records:
        _store_hits(segment)
        sql.execute(
            "INSERT INTO spool_position (spool, position, at) VALUES (%s, %s, now())"
            " ON CONFLICT (spool) DO UPDATE SET position = excluded.position, at = excluded.at",
            [path.name, segment.next_offset],
        )
    return segment


def _store_hits(segment: Segment) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.load("tracking", "make_drained"))
        with cursor.copy(f"COPY drained ({_COLUMNS}) FROM STDIN") as copy:
            for offset, hit in segment.records:
                copy.write_row(_row(segment.name, offset, hit))
    leaving = sql.rows(sql.load("tracking", "store_hits"), {"too_soon_s": rules.TOO_SOON_S})
    for row in leaving:
        ref = MessageRef(row["account_id"], row["send_id"], 0, row["recipient_id"], row["nth"])
        cause = Cause(kind="unsubscribe", id=row["send_id"], actor="subscriber")
        leave.unsubscribe(ref=ref, cause=cause, at=row["at"])


def _row(name: str, offset: int, hit: HitRecord) -> tuple[Any, ...]:
    at = datetime.fromtimestamp(hit.at_ms / 1000, UTC)
    return (
        name,
        offset,
        at.date(),
        hit.account_id,
        hit.send_id,
        _EPOCH + timedelta(days=hit.send_day),
        hit.recipient_id,
        hit.nth,
        hit.kind,
        hit.number,
        _text(hit.url),
        rules.judge_agent(hit.user_agent),
        _address(hit.ip),
        _text(hit.user_agent),
        at,
    )


def _text(value: str) -> str:
    """Text that PostgreSQL takes."""
    return value.replace("\x00", "")


def _address(value: str) -> str | None:
    try:
        return str(ipaddress.ip_address(value.partition("%")[0]))
    except ValueError:
        return None
