"""Mailing what is due, and moving people on."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from postroom.lib import sql
from postroom.sequences import queries
from postroom.sequences.models import SequenceEmail
from postroom.sequences.services import letter

BATCH = 2_000


@transaction.atomic
def send_due(*, limit: int = BATCH) -> int:
    """Plans the next email of up to `limit` people who are due; answers how many moved, 0: nobody is.

    One transaction: their rows are locked, the ledger rows and their next places are written, or nothing is.
    Several workers may do it at once: each takes others."""
    groups: dict[tuple[int, int, int | None], list[int]] = defaultdict(list)
    for row in sql.rows(sql.load("sequences", "claim_due"), {"limit": limit}):
        groups[row["account_id"], row["sequence_id"], row["next_email_id"]].append(row["id"])
    return sum(_advance(*group, enrolments) for group, enrolments in groups.items())


def _advance(account_id: int, sequence_id: int, email_id: int | None, enrolments: list[int]) -> int:
    # Whoever changes the sequence holds its row and then waits for these people: never wait for them here.
    # The group stays due, and the next round finds the sequence as it is then.
    if not sql.row(sql.load("sequences", "share_sequence"), {"account": account_id, "sequence": sequence_id}):
        return 0
    sequence = queries.get(account_id, sequence_id)
    send_id = version_id = None
    if email_id is not None:
        email = SequenceEmail.objects.get(account_id=account_id, id=email_id)
        send_id, version_id = email.send_id, letter.current_version(sequence, email)
    sql.row(
        "SELECT sequences_advance(%s, %s, %s, %s, %s, %s)",
        [account_id, sequence_id, email_id, enrolments, send_id, version_id],
    )
    return len(enrolments)
