"""Put rows of a send back that somebody decided to send once more."""

from __future__ import annotations

from typing import Literal

from django.db import transaction

from postroom.lib import sql
from postroom.sending.errors import NothingToResend, SendMoved, SendNotFound
from postroom.sending.queries import BOUNCE_REASONS

Which = Literal["uncertain", "refused"]
_BUT: dict[str, tuple[str, ...]] = {"uncertain": (), "refused": BOUNCE_REASONS}
"""Refusals that are about the address are final."""


@transaction.atomic
def resend(*, account_id: int, send_id: int, which: Which) -> int:
    """Plan the uncertain, or the refused, rows of a send anew, under the same Message-IDs. Answers how many.

    A refusal that was about the address stays. A send that had ended runs again.
    Raises SendNotFound, SendMoved (it was cancelled), NothingToResend."""
    named = {"account": account_id, "send": send_id}
    # Chunks before the send, as claims do. With them held nobody closes one while its rows are put back.
    sql.execute(
        "SELECT id FROM chunk WHERE account_id = %(account)s AND send_id = %(send)s ORDER BY id FOR UPDATE",
        named,
    )
    send = sql.row(
        "SELECT send_day, flow, mail_class FROM send"
        " WHERE account_id = %(account)s AND id = %(send)s AND send_day IS NOT NULL FOR NO KEY UPDATE",
        named,
    )
    if send is None:
        raise SendNotFound("This send does not exist.")
    if send["flow"] == "cancelled":
        raise SendMoved("This send was stopped: what had not arrived stays where it is.")
    count = sql.execute(
        sql.load("sending", "resend_rows"),
        {**named, "day": send["send_day"], "state": which, "but": list(_BUT[which])},
    )
    if not count:
        raise NothingToResend(_NOTHING[which], help="Load the page again: they may be on their way already.")
    sql.execute(sql.load("sending", "reopen_done_chunks"), named)
    sql.execute(
        "UPDATE send SET finished_at = NULL, tally = NULL,"
        " flow = CASE flow WHEN 'finished' THEN 'running' ELSE flow END"
        " WHERE account_id = %(account)s AND id = %(send)s",
        named,
    )
    sql.execute("SELECT pg_notify('postroom_mail', %s)", [str(send["mail_class"])])
    return count


_NOTHING: dict[str, str] = {
    "uncertain": "No message of this send is uncertain, so there is nothing to send again.",
    "refused": "No message of this send was refused for a reason that sending again could mend.",
}
