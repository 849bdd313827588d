"""Merging many rows of a file at once: COPY into a temporary table, then one statement over the set."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from postroom.lib import sql
from postroom.subscribers.rules import Cause


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row with a good address. `first_name` None: the file has no such column; `fields`: id → text or None
    for an empty cell; ids below zero stand for fields and tags that are not made yet (preview only)."""

    line: int
    email: str
    email_key: str
    first_name: str | None
    fields: dict[str, str | None]
    tags: Sequence[int]


@dataclass(frozen=True, slots=True)
class Policies:
    """What happens to values of people who exist: fill, overwrite, overwrite_blank or keep, by field id."""

    first_name: str = "fill"
    fields: dict[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """As the statements take them."""
        return {
            "name_policy": self.first_name,
            "filling": [key for key, policy in self.fields.items() if policy == "fill"],
            "overwriting": [key for key, policy in self.fields.items() if policy.startswith("overwrite")],
            "blanking": [key for key, policy in self.fields.items() if policy == "overwrite_blank"],
        }


@dataclass(frozen=True, slots=True)
class Merged:
    """What a batch did, in rows; `suppressed` are lines that were kept out."""

    created: int
    changed: int
    unchanged: int
    left: int
    suppressed: list[int]


_TABLE = """
CREATE TEMP TABLE IF NOT EXISTS staged (
    line bigint, email text, email_key text, first_name text, fields jsonb, tags bigint[]
) ON COMMIT DELETE ROWS
"""
# In the order of ids, as every other writer of many people locks them.
_LOCK = """
SELECT count(*) FROM (
    SELECT FROM subscriber p JOIN staged r ON p.account_id = %s AND p.email_key = r.email_key
    ORDER BY p.id FOR NO KEY UPDATE OF p
) l
"""


@transaction.atomic
def merge_rows(
    *,
    account_id: int,
    rows: Sequence[StagedRow],
    policies: Policies,
    new_state: str,
    source: str,
    cause: Cause,
) -> Merged:
    """Writes a batch in the caller's transaction. Each address may stand in it once."""
    _stage(rows)
    sql.rows(_LOCK, [account_id])
    found = sql.row(
        sql.load("subscribers", "merge_staged"),
        {
            "account": account_id,
            "new_state": new_state,
            "source": source[:255],
            "cause": cause.id,
            "actor": cause.actor,
            **policies.parameters(),
        },
    )
    assert found is not None
    suppressed = list(found["suppressed"])
    unchanged = len(rows) - found["created"] - found["changed"] - found["left"] - len(suppressed)
    return Merged(found["created"], found["changed"], unchanged, found["left"], suppressed)


@transaction.atomic
def preview_rows(
    *, account_id: int, rows: Iterable[StagedRow], policies: Policies, sample: int
) -> dict[str, Any]:
    """Counts of what `merge_rows` would do, and the first changes; nothing is written.

    Keys: created, changed, unchanged, cancelled, bounced, complained, suppressed (lines), sample (line,
    email, old_name, new_name, old_fields, differing, new_tags)."""
    _stage(rows)
    found = sql.row(
        sql.load("subscribers", "preview_staged"),
        {"account": account_id, "sample": sample, **policies.parameters()},
    )
    sql.execute("TRUNCATE staged")
    assert found is not None
    return found | {"sample": json.loads(found["sample"])}


def _stage(rows: Iterable[StagedRow]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for row in rows:
                # Adapting jsonb and arrays row by row is the dearest part of COPY: both are written by hand.
                fields = json.dumps(row.fields, ensure_ascii=False) if row.fields else "{}"
                tags = "{" + ",".join(map(str, row.tags)) + "}"
                copy.write_row((row.line, row.email, row.email_key, row.first_name, fields, tags))
        cursor.execute("ANALYZE staged")
