"""Custom fields of an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postroom.lib import sql


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A custom field; `aliases` are keys it had before."""

    id: int
    label: str
    key: str
    name: str
    aliases: list[str]
    created_at: datetime
    updated_at: datetime


def list_fields(account_id: int) -> list[FieldRow]:
    """Every custom field, in the order they were made."""
    return [
        FieldRow(**row)
        for row in sql.rows(
            "SELECT id, label, key, name, aliases, created_at, updated_at FROM custom_field"
            " WHERE account_id = %s ORDER BY id",
            [account_id],
        )
    ]


def fields_by_key(account_id: int) -> dict[str, int]:
    """Field id by key; an old key leads to its field unless a newer field has taken it."""
    found: dict[str, int] = {}
    fields = list_fields(account_id)
    for field in fields:
        found |= dict.fromkeys(field.aliases, field.id)
    return found | {field.key: field.id for field in fields}


def field_counts(account_id: int, field_ids: Iterable[int]) -> dict[int, int]:
    """How many people have a value, by field id; one pass over the account's people."""
    ids = list(field_ids)
    found: dict[int, int] = dict.fromkeys(ids, 0)
    rows: list[dict[str, Any]] = sql.rows(
        "SELECT k.key::bigint AS id, count(*) AS n FROM subscriber s, jsonb_object_keys(s.fields) AS k (key)"
        " WHERE s.account_id = %s GROUP BY 1",
        [account_id],
    )
    found |= {row["id"]: row["n"] for row in rows if row["id"] in found}
    return found
