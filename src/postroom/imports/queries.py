"""Reads of imports; every one takes the account first."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from postroom.imports.errors import ImportNotFound
from postroom.imports.models import Import, ImportError
from postroom.imports.rules import REASONS


def get(account_id: int, import_id: int, *, lock: bool = False) -> Import:
    """One import; `lock`: nobody else moves it in this transaction. Raises ImportNotFound."""
    rows = Import.objects.filter(account_id=account_id, id=import_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise ImportNotFound
    return found


def list_imports(account_id: int) -> QuerySet[Import]:
    """The account's imports, the newest first."""
    return Import.objects.filter(account_id=account_id).order_by("-id")


def errors_of(
    account_id: int, import_id: int, *, offset: int = 0, limit: int | None = None
) -> list[dict[str, Any]]:
    """Refused rows by line: line, value, reason, text."""
    rows = ImportError.objects.filter(account_id=account_id, import_id=import_id).order_by("line", "id")
    part = rows[offset:] if limit is None else rows[offset : offset + limit]
    return [
        {
            "line": row.line,
            "value": row.value,
            "reason": row.reason,
            "text": REASONS.get(row.reason, row.reason),
        }
        for row in part.iterator()
    ]


def count_errors(account_id: int, import_id: int) -> int:
    """How many rows were refused so far."""
    return ImportError.objects.filter(account_id=account_id, import_id=import_id).count()
