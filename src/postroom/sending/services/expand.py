"""Turn an audience into ledger rows, a slice at a time."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from postroom.lib import sql
from postroom.sending.errors import SendNotFound
from postroom.sending.pace import PACE
from postroom.subscribers.queries.audience import Condition, audience_sql

SLICE = 10_000
RATED_CHUNK_S = 5
"""A send with a rate is cut into chunks that last about so long, each with its own time."""


def expand(
    *,
    account_id: int,
    send_id: int,
    audience: dict[str, Any],
    more: Condition | None = None,
    slice_rows: int = SLICE,
) -> bool:
    """Write the next slice of an audience (of those in it who fit `more`) into the ledger; True when it was
    the last.

    Rows, chunks and the cursor move in one transaction: killed at any point, the next call goes on where
    the last
    whole slice ended. Somebody suppressed gets a row too, excluded with the reason, so that the ledger
    balances."""
    with transaction.atomic():
        send = sql.row(
            "SELECT id, coalesce(expand_cursor, 0) AS cursor, expanded_at, planned, rate_per_s, send_day,"
            " mail_class, content_version_id FROM send WHERE account_id = %s AND id = %s FOR UPDATE",
            [account_id, send_id],
        )
        if send is None:
            raise SendNotFound("This send does not exist.")
        if send["expanded_at"] is not None:
            return True
        statement, parameters = audience_sql(account_id, audience, more=more)
        rate = send["rate_per_s"]
        chunk_rows = min(PACE.chunk_rows, max(1, int(rate * RATED_CHUNK_S))) if rate else PACE.chunk_rows
        # The audience's own parameters are bound first, so that both styles of placeholders never mix.
        done = sql.row(
            sql.load("sending", "expand_slice").replace("/*audience*/", _bound(statement, parameters)),
            {
                "account": account_id,
                "send": send_id,
                "cursor": send["cursor"],
                "slice": slice_rows,
                "chunk_rows": chunk_rows,
                "day": send["send_day"],
                "version": send["content_version_id"],
                "mail_class": send["mail_class"],
                "gap_s": 1.0 / rate if rate else 0.0,
                "before": send["planned"],
            },
        )
        assert done is not None
        last = done["seen"] < slice_rows
        sql.execute(
            "UPDATE send SET expand_cursor = %s, planned = planned + %s,"
            " expanded_at = CASE WHEN %s THEN now() END"
            " WHERE account_id = %s AND id = %s",
            [done["cursor"] or send["cursor"], done["written"], last, account_id, send_id],
        )
        if last:
            sql.execute("SELECT pg_notify('postroom_mail', %s)", [str(send["mail_class"])])
        return bool(last)


def _bound(statement: str, parameters: Any) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor = cursor.cursor if hasattr(cursor, "cursor") else cursor
        return str(cursor.mogrify(statement, parameters)).replace("%", "%%")
