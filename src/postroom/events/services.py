"""Recording what happened, and telling those who react to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from psycopg.types.json import Jsonb

from postroom.events.errors import FactNotParked
from postroom.lib import sql

log = structlog.get_logger("postroom.events")

KINDS = frozenset(
    {
        "subscriber_activated",
        "subscriber_unsubscribed",
        "subscriber_bounced",
        "subscriber_complained",
        "form_subscribed",
        "form_confirmed",
        "tag_added",
        "tag_removed",
        "sequence_subscribed",
        "sequence_completed",
        "link_clicked",
        "purchase_created",
        "product_purchased",
        "broadcast_completed",
        "import_finished",
    }
)
MAX_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact, as reactions get it."""

    id: int
    account_id: int
    kind: str
    subscriber_id: int | None
    subject_id: int | None
    payload: dict[str, Any]
    at: datetime


Reaction = Callable[[Sequence[FactRow]], None]
reactions_registry: dict[str, list[Reaction]] = {}
"""Kind → reactions; filled by `config/reactions.py`, the one page that says who reacts to what."""
parked_hooks: list[Callable[[FactRow, str], None]] = []
"""Called in the transaction that parks a fact, with the fact and the error's text."""


def record(
    *,
    account_id: int,
    kind: str,
    subscriber_id: int | None = None,
    subject_id: int | None = None,
    payload: Mapping[str, Any] | None = None,
) -> int:
    """Writes a fact in the caller's transaction; answers its id. Raises ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"no such kind of fact: {kind}")
    row = sql.row(
        "SELECT events_record(%s, %s, %s, %s, %s) AS id",
        [account_id, kind, subscriber_id, subject_id, Jsonb(dict(payload or {}))],
    )
    assert row is not None
    return int(row["id"])


def fan_out(limit: int = 1000) -> int:
    """Runs the reactions of up to `limit` waiting facts; answers how many are settled (done or put off).

    One transaction for the batch. When it fails it is halved until the fact that fails stands alone; that
    one is tried again later, and parked after eight attempts. The others go on."""
    try:
        with transaction.atomic():
            facts = _claim(limit)
            if facts:
                _react(facts)
                _delete(facts)
            return len(facts)
    except Exception as error:
        if _is_away(error):
            raise
        if limit == 1:
            return _put_off_one(error)
        log.warning("facts fail, halving", limit=limit, reason=type(error).__name__)
    half = max(1, limit // 2)
    return fan_out(half) + fan_out(limit - half)


def replay(*, account_id: int, fact_id: int) -> None:
    """Gives a parked fact its attempts again. Raises FactNotParked."""
    moved = sql.execute(
        "UPDATE fact_pending SET parked_at = NULL, attempts = 0, next_at = now(), error = NULL"
        " WHERE account_id = %s AND fact_id = %s AND parked_at IS NOT NULL",
        [account_id, fact_id],
    )
    if not moved:
        raise FactNotParked


def parked(account_id: int) -> list[dict[str, Any]]:
    """Facts whose reactions failed eight times: id, kind, at, parked_at, error."""
    return sql.rows(
        "SELECT f.id, f.kind, f.at, p.parked_at, p.error FROM fact_pending p"
        " JOIN fact f ON f.account_id = p.account_id AND f.id = p.fact_id AND f.day = p.day"
        " WHERE p.account_id = %s AND p.parked_at IS NOT NULL ORDER BY f.id",
        [account_id],
    )


def _claim(limit: int) -> list[FactRow]:
    rows = sql.rows(sql.load("events", "claim_facts"), {"limit": limit})
    # Django's connection hands jsonb over as text.
    return [FactRow(**row | {"payload": json.loads(row["payload"])}) for row in rows]


def _react(facts: Sequence[FactRow]) -> None:
    by_kind: dict[str, list[FactRow]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    for kind, batch in by_kind.items():
        for reaction in reactions_registry.get(kind, ()):
            reaction(batch)


def _delete(facts: Sequence[FactRow]) -> None:
    sql.execute("DELETE FROM fact_pending WHERE fact_id = ANY(%s)", [[fact.id for fact in facts]])


def _put_off_one(error: Exception) -> int:
    # The failed transaction took its claim with it, so the fact is claimed anew; SKIP LOCKED with LIMIT 1
    # finds the same one unless another worker has it now, which then meets the error itself.
    with transaction.atomic():
        facts = _claim(1)
        if not facts:
            return 0
        try:
            with transaction.atomic():
                _react(facts)
            _delete(facts)
            return 1
        except Exception as again:
            if _is_away(again):
                raise
            error = again
        text = f"{type(error).__name__}: {error}"[:1000]
        row = sql.row(
            sql.load("events", "put_off_fact"), {"fact": facts[0].id, "error": text, "max": MAX_ATTEMPTS}
        )
        log.error("fact failed", fact=facts[0].id, kind=facts[0].kind, reason=type(error).__name__)
        if row and row["parked_at"] is not None:
            for hook in parked_hooks:
                hook(facts[0], text)
        return 1


def _is_away(error: Exception) -> bool:
    from django.db import OperationalError
    from psycopg_pool import PoolTimeout

    return isinstance(error, OperationalError | PoolTimeout)
