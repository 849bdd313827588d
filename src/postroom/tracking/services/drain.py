"""From the spool into the database: each hit once, however often the worker is killed in between."""

from __future__ import annotations

import ipaddress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import structlog
from django.db import DataError, IntegrityError, connection, transaction

from postroom.content.links import MessageRef
from postroom.lib import sql
from postroom.subscribers.rules import Cause
from postroom.tracking import rules, spool
from postroom.tracking.services import leave
from postroom.tracking.spool import HitRecord, Segment

log = structlog.get_logger("postroom.tracking")
BATCH = 5_000
PARKED = "parked.jsonl"
"""Beside the segments: records that no database took, one JSON array a line."""
# COPY speaks past Django, in the driver's own errors.
_REFUSED = (DataError, IntegrityError, psycopg.DataError, psycopg.IntegrityError, ValueError, OverflowError)
_EPOCH = date(1970, 1, 1)
_COLUMNS = (
    "spool, spool_offset, day, account_id, send_id, send_day, recipient_id, nth, kind, number, url, verdict,"
    " ip, user_agent, at"
)


def drain_spool(*, directory: Path, limit: int = BATCH) -> int:
    """Stores up to `limit` hits of each segment of this host's spool. Returns how many records were read.

    A segment that is finished and stored is deleted. Unsubscribes take effect here. One that cannot be stored
    holds up no other; its error is raised at the end.
    """
    read, errors = 0, []
    for path in spool.list_segments(directory):
        try:
            read += _drain_segment(path, limit)
        except Exception as error:
            errors.append(error)
    if errors:
        raise errors[0]
    return read


def _drain_segment(path: Path, limit: int) -> int:
    try:
        segment = _store_segment(path, limit)
    except FileNotFoundError:  # another worker of this host was done with it first
        return 0
    except _REFUSED as error:  # one record is at fault: smaller and smaller batches find it
        return _drain_segment(path, limit // 2) if limit > 1 else _park_record(path, error)
    if segment is None:
        return 0
    if segment.finished:
        spool.remove_segment(path)
        sql.execute("DELETE FROM spool_position WHERE spool = %s", [path.name])
    return len(segment.records)


@transaction.atomic
def _park_record(path: Path, error: Exception) -> int:
    """Puts the next record of a segment, which no database takes, beside the spool and reads on behind it."""
    segment = _read_on(path, 1)
    if segment is None or not segment.records:
        return 0
    offset, hit = segment.records[0]
    with path.with_name(PARKED).open("ab") as file:
        file.write(msgspec.json.encode([path.name, offset, hit]) + b"\n")
    _move_on(segment)
    log.error(
        "a hit cannot be stored", kind=hit.kind, send=hit.send_id, reason=type(error).__name__, kept=PARKED
    )
    return 1


@transaction.atomic
def _store_segment(path: Path, limit: int) -> Segment | None:
    """Reads on from where the last transaction stopped; hits and the new position are one transaction."""
    segment = _read_on(path, limit)
    if segment is not None and segment.records:
        _store_hits(segment)
        _move_on(segment)
    return segment


def _read_on(path: Path, limit: int) -> Segment | None:
    lock = sql.row("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0)) AS ok", [f"spool:{path.name}"])
    if not lock or not lock["ok"]:
        return None
    known = sql.row("SELECT position FROM spool_position WHERE spool = %s", [path.name])
    return spool.read_segment(path, known["position"] if known else 0, limit)


def _move_on(segment: Segment) -> None:
    sql.execute(
        "INSERT INTO spool_position (spool, position, at) VALUES (%s, %s, now())"
        " ON CONFLICT (spool) DO UPDATE SET position = excluded.position, at = excluded.at",
        [segment.name, segment.next_offset],
    )


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
