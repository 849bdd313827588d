"""Reads of sequences; every one takes the account first."""

from __future__ import annotations

from collections.abc import Sequence as Many
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postroom.lib import sql
from postroom.sequences.errors import EmailNotFound, SequenceNotFound
from postroom.sequences.models import Sequence, SequenceEmail
from postroom.tracking import queries as tracking

PLACES = ("on_way", "at_end", "waits", "completed", "stopped")
"""Where a person stands: due or waiting their time, at the end of a sequence that holds (or before its first
email), waiting for a confirmation or for the switch, through, or taken out."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of some emails' messages; rates are shares of the delivered, 0 to 1, None without any."""

    sent: int
    opened: int
    clicked: int
    open_rate: float | None
    click_rate: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One person in a sequence. `place` is one of `PLACES`."""

    subscriber_id: int
    email: str
    first_name: str
    subscriber_state: str
    place: str
    last_email_id: int | None
    next_email_id: int | None
    due_at: datetime | None
    started_at: datetime
    completed_at: datetime | None


def get(account_id: int, sequence_id: int) -> Sequence:
    """One sequence. Raises SequenceNotFound."""
    found = Sequence.objects.filter(account_id=account_id, id=sequence_id).first()
    if found is None:
        raise SequenceNotFound
    return found


def get_email(account_id: int, sequence_id: int, email_id: int) -> SequenceEmail:
    """One email of a sequence. Raises EmailNotFound."""
    found = SequenceEmail.objects.filter(account_id=account_id, sequence_id=sequence_id, id=email_id).first()
    if found is None:
        raise EmailNotFound
    return found


def list_sequences(account_id: int, search: str = "") -> list[Sequence]:
    """Every sequence of the account, by name."""
    found = Sequence.objects.filter(account_id=account_id)
    if search:
        found = found.filter(name__icontains=search)
    return list(found.order_by("name", "id"))


def list_emails(account_id: int, sequence_ids: Many[int]) -> dict[int, list[SequenceEmail]]:
    """The emails of each sequence in their order."""
    by_sequence: dict[int, list[SequenceEmail]] = {sequence_id: [] for sequence_id in sequence_ids}
    for email in SequenceEmail.objects.filter(
        account_id=account_id, sequence_id__in=list(sequence_ids)
    ).order_by("position"):
        by_sequence[email.sequence_id].append(email)
    return by_sequence


def count_people(account_id: int, sequence_ids: Many[int]) -> dict[int, dict[str, int]]:
    """How many people of each sequence are at each of `PLACES`, and of those how many are `due` by now."""
    counts = {sequence_id: dict.fromkeys((*PLACES, "due"), 0) for sequence_id in sequence_ids}
    for row in sql.rows(
        sql.load("sequences", "count_people"), {"account": account_id, "sequences": list(sequence_ids)}
    ):
        counts[row["sequence_id"]][row["place"]] += row["n"]
        counts[row["sequence_id"]]["due"] += row["due"]
    return counts


def count_waiting(account_id: int, sequence_id: int) -> dict[int, int]:
    """How many people wait for each email, by its id."""
    found = sql.rows(
        "SELECT next_email_id, count(*) AS n FROM enrolment WHERE account_id = %s AND sequence_id = %s"
        " AND state = 'active' AND next_email_id IS NOT NULL GROUP BY 1",
        [account_id, sequence_id],
    )
    return {row["next_email_id"]: row["n"] for row in found}


def figures(account_id: int, send_ids: Many[int]) -> dict[int, Figures]:
    """What became of the messages of each send."""
    delivered = {
        row["send_id"]: row["n"]
        for row in sql.rows(
            sql.load("sequences", "count_delivered"), {"account": account_id, "sends": list(send_ids)}
        )
    }
    sums = tracking.sums(account_id, send_ids)
    return {
        send_id: add_up(
            [(delivered.get(send_id, 0), sums[send_id].opened_people, sums[send_id].clicked_people)]
        )
        for send_id in send_ids
    }


def add_up(parts: Many[tuple[int, int, int]]) -> Figures:
    """(sent, opened, clicked) of several emails as one."""
    sent, opened, clicked = (sum(part[n] for part in parts) for n in range(3))
    return Figures(sent, opened, clicked, tracking.rate(opened, sent), tracking.rate(clicked, sent))


def list_people(
    account_id: int, sequence_id: int, *, place: str = "", search: str = "", page: int = 1, per_page: int = 50
) -> tuple[list[Standing], int]:
    """People of a sequence at one of `PLACES` (empty: all), the next due first; and how many there are."""
    escaped = search.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = sql.rows(
        sql.load("sequences", "list_people"),
        {
            "account": account_id,
            "sequence": sequence_id,
            "place": place,
            "like": f"%{escaped}%" if escaped else "",
            "per_page": per_page,
            "skip": (page - 1) * per_page,
        },
    )
    total = found[0]["total"] if found else 0
    return [Standing(**{k: v for k, v in row.items() if k != "total"}) for row in found], total


def names(account_id: int, sequence_ids: Many[int]) -> dict[int, str]:
    """Names of sequences by id; unknown ids are left out."""
    found = Sequence.objects.filter(account_id=account_id, id__in=list(sequence_ids))
    return dict(found.values_list("id", "name"))


def of_person(account_id: int, subscriber_id: int) -> list[dict[str, Any]]:
    """The sequences a person is or was in: id, name, place, due_at, started_at, completed_at."""
    return sql.rows(
        sql.load("sequences", "list_of_person"), {"account": account_id, "subscriber": subscriber_id}
    )
