"""Start, pause, resume, cancel and end sends. Each move is one conditional statement."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from postroom.lib import clock, sql
from postroom.sending.models import Ambiguous, MailClass, Send, SendKind

SWEEP_CHUNKS = 20


@dataclass(frozen=True, slots=True)
class Finished:
    """A send that has just come to its end: every row is final."""

    account_id: int
    send_id: int
    kind: str
    subject_id: int | None
    cancelled: bool


def start_broadcast(
    *,
    account_id: int,
    broadcast_id: int,
    content_version_id: int,
    rehearsed: bool,
    rate_per_s: float | None = None,
    mail_class: int = MailClass.BROADCAST,
    ambiguous: str = Ambiguous.RESEND,
) -> int:
    """A new send for a broadcast, frozen today; its rows come by `expand`. Answers its id."""
    send = Send.objects.create(
        account_id=account_id,
        kind=SendKind.BROADCAST,
        subject_id=broadcast_id,
        mail_class=mail_class,
        content_version_id=content_version_id,
        send_day=clock.today(),
        rehearsed=rehearsed,
        rate_per_s=rate_per_s,
        ambiguous=ambiguous,
    )
    return int(send.pk)


@transaction.atomic
def pause_send(*, account_id: int, send_id: int, reason: str) -> bool:
    """Let nothing new of a send leave; False when it was not running."""
    moved = sql.execute(
        "UPDATE send SET flow = 'paused', pause_reason = %s"
        " WHERE account_id = %s AND id = %s AND flow = 'running'",
        [reason, account_id, send_id],
    )
    _tell(f"halt:{send_id}")
    return bool(moved)


@transaction.atomic
def resume_send(*, account_id: int, send_id: int) -> bool:
    """Let a paused send go on where it stood; False when it was not paused."""
    moved = sql.row(
        "UPDATE send SET flow = 'running', pause_reason = ''"
        " WHERE account_id = %s AND id = %s AND flow = 'paused'"
        " RETURNING rate_per_s, mail_class",
        [account_id, send_id],
    )
    if moved is None:
        return False
    if moved["rate_per_s"]:  # chunks that became due meanwhile must not all leave at once
        sql.execute(
            sql.load("sending", "spread_chunks"),
            {"account": account_id, "send": send_id, "rate": moved["rate_per_s"]},
        )
    _tell(str(moved["mail_class"]))
    return True


@transaction.atomic
def cancel_send(*, account_id: int, send_id: int) -> bool:
    """What has not left never will; False when the send had ended already. Rows follow by
    `sweep_cancelled`."""
    moved = sql.execute(
        "UPDATE send SET flow = 'cancelled', pause_reason = '', expanded_at = coalesce(expanded_at, now())"
        " WHERE account_id = %s AND id = %s AND flow IN ('running', 'paused')",
        [account_id, send_id],
    )
    _tell(f"halt:{send_id}")
    return bool(moved)


def sweep_cancelled() -> int:
    """Cancel the open rows of a few chunks of cancelled sends; answers how many chunks, 0 when none is left.

    A chunk that a sender holds is left to it: it comes back open within moments."""
    return sql.execute(sql.load("sending", "cancel_rows"), {"at_most": SWEEP_CHUNKS})


def list_ended() -> list[tuple[int, int]]:
    """Account and id of sends without an open chunk, for `finish_send`."""
    return [(row["account_id"], row["id"]) for row in sql.rows(sql.load("sending", "list_ended_sends"))]


@transaction.atomic
def finish_send(*, account_id: int, send_id: int) -> Finished | None:
    """End a send if no row of it is open; None when it is not at its end, or somebody else has it in hand."""
    held = sql.row(
        "SELECT id FROM send WHERE account_id = %s AND id = %s FOR NO KEY UPDATE SKIP LOCKED",
        [account_id, send_id],
    )
    row = held and sql.row(sql.load("sending", "finish_send"), {"account": account_id, "send": send_id})
    if not row:
        return None
    return Finished(row["account_id"], row["id"], row["kind"], row["subject_id"], row["flow"] == "cancelled")


def _tell(text: str) -> None:
    sql.execute("SELECT pg_notify('postroom_mail', %s)", [text])
