"""Reads of the ledger: the line that balances, progress, people by state, what servers said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from postroom.lib import clock, sql
from postroom.sending.errors import SendNotFound
from postroom.sending.rules import in_words

BOUNCE_REASONS = ("invalid", "inactive")
"""Refusals that are about the address; every other refusal is nobody's fault but the letter's or the
servers'."""

_WORDS = {
    "cancelled": "had unsubscribed",
    "inactive": "had not confirmed",
    "bounced": "bounced before",
    "complained": "complained before",
    "erased": "asked to be erased",
    "gone": "were deleted",
    "content": "could not be written (see the log)",
}
_REFUSED_WORDS = {
    "content": "by filters",
    "policy": "by policy",
    "identity": "for missing SPF, DKIM or DMARC",
    "reputation": "for a bad name",
    "protocol": "by servers in trouble",
    "full": "mailbox full",
    "expired": "waited too long",
    "unknown": "without a reason",
    "refused": "without a reason",
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """planned = accepted + bounced + refused + uncertain + excluded + cancelled + deferred + open.

    `delivered` is `accepted` without bounces later; `refused` leaves out `bounced`; `open` is planned and
    in flight."""

    planned: int
    accepted: int
    bounced: int
    refused: int
    uncertain: int
    excluded: int
    cancelled: int
    deferred: int
    open: int
    excluded_by: dict[str, int]
    refused_by: dict[str, int]
    rehearsed: bool
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def balances(self) -> bool:
        """Whether the terms add up to what was planned."""
        return self.planned == (
            self.accepted
            + self.bounced
            + self.refused
            + self.uncertain
            + self.excluded
            + self.cancelled
            + self.deferred
            + self.open
        )

    @property
    def excluded_text(self) -> str:
        """Why people were left out, in words: `12 had unsubscribed, 1 bounced before`."""
        return ", ".join(f"{n:,} {_WORDS.get(reason, reason)}" for reason, n in self.excluded_by.items())

    @property
    def refused_text(self) -> str:
        """What the refusals were about."""
        return ", ".join(
            f"{n:,} {_REFUSED_WORDS.get(reason, reason)}" for reason, n in self.refused_by.items()
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a send is. `position` is how many sends leave before it, plus one; rates in messages per
    second."""

    ledger: Ledger
    position: int
    rate_per_s: float
    best_rate_per_s: float
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing a server said: how often within the listed stretch, and the first words of it."""

    at: datetime
    level: str
    text: str
    code: int | None
    stage: str
    count: int


def relay_trouble() -> str:
    """What is wrong with the mail server, by the word of the senders that live; "" when it works."""
    row = sql.row(
        "SELECT detail ->> 'trouble' AS said FROM heartbeat WHERE kind = 'sender' AND detail ? 'trouble'"
        " AND seen_at > now() - interval '30 seconds' ORDER BY seen_at DESC LIMIT 1"
    )
    return f"The mail server takes no mail: {in_words(row['said'])}." if row else ""


def ledger(account_id: int, send_id: int) -> Ledger:
    """The ledger line of one send. Raises SendNotFound."""
    found = ledgers(account_id, [send_id])
    if not found:
        raise SendNotFound("This send does not exist.")
    return found[send_id]


def ledgers(account_id: int, send_ids: Sequence[int]) -> dict[int, Ledger]:
    """The ledger lines of several sends by id, those that exist. Those that run are counted one by one."""
    sends = sql.rows(
        "SELECT id, planned, send_day, rehearsed, started_at, finished_at, tally FROM send"
        " WHERE account_id = %s AND id = ANY(%s)",
        [account_id, list(send_ids)],
    )
    return {send["id"]: _line(send, _counts(account_id, send["id"], send)) for send in sends}


def _line(send: dict[str, Any], found: list[tuple[str, str | None, int]]) -> Ledger:
    by_state: dict[str, int] = {}
    excluded_by: dict[str, int] = {}
    refused_by: dict[str, int] = {}
    bounced = 0
    for state, reason, n in found:
        by_state[state] = by_state.get(state, 0) + n
        if state == "excluded":
            excluded_by[reason or "unknown"] = n
        elif state == "refused" and reason in BOUNCE_REASONS:
            bounced += n
        elif state == "refused":
            refused_by[reason or "refused"] = n
    total = sum(by_state.values())
    return Ledger(
        # A send that runs on plans by the message: its total is what stands in the ledger.
        planned=send["planned"] if send["send_day"] else total,
        accepted=by_state.get("accepted", 0),
        bounced=bounced,
        refused=by_state.get("refused", 0) - bounced,
        uncertain=by_state.get("uncertain", 0),
        excluded=by_state.get("excluded", 0),
        cancelled=by_state.get("cancelled", 0),
        deferred=by_state.get("deferred", 0),
        open=by_state.get("planned", 0) + by_state.get("intent", 0),
        excluded_by=excluded_by,
        refused_by=refused_by,
        rehearsed=send["rehearsed"],
        started_at=send["started_at"],
        finished_at=send["finished_at"],
    )


def _counts(account_id: int, send_id: int, send: dict[str, Any]) -> list[tuple[str, str | None, int]]:
    """State, reason, number of rows; of a finished send as counted at its end."""
    if send["tally"] is not None:
        tally = send["tally"]
        listed = json.loads(tally) if isinstance(tally, str) else tally
        return [(state, reason, n) for state, reason, n in listed]
    found = sql.rows(
        sql.load("sending", "count_states"), {"account": account_id, "send": send_id, "day": send["send_day"]}
    )
    return [(row["state"], row["reason"], row["n"]) for row in found]


def progress(account_id: int, send_id: int) -> Progress:
    """Ledger, position, rate and estimate of one send, from the senders' own heartbeats. Raises
    SendNotFound."""
    line = ledger(account_id, send_id)
    found = sql.row(sql.load("sending", "read_pace"), {"account": account_id, "send": send_id})
    assert found is not None
    rate = float(found["rate"] or 0)
    # Without a rate of now, the bound set on the send, or the best that was seen, tells how long it may take.
    expected = rate or float(found["bound"] or 0) or float(found["best"] or 0)
    done_at = None
    if line.open and expected and found["flow"] == "running":
        done_at = clock.now() + timedelta(seconds=line.open / expected)
    return Progress(
        ledger=line,
        position=found["ahead"] + 1,
        rate_per_s=round(rate, 1),
        best_rate_per_s=round(max(rate, float(found["best"] or 0)), 1),
        done_at=done_at,
    )


def log_lines(account_id: int, send_id: int, *, limit: int = 20) -> list[LogLine]:
    """What servers said lately, equal words gathered, the newest first."""
    found = sql.rows(
        sql.load("sending", "list_answers"), {"account": account_id, "send": send_id, "limit": limit}
    )
    return [
        LogLine(
            at=row["at"],
            level="error" if (row["code"] or 0) >= 500 or row["stage"] == "content" else "warn",
            text=row["text"],
            code=row["code"],
            stage=row["stage"],
            count=row["n"],
        )
        for row in found
    ]


def people(
    account_id: int,
    send_id: int,
    *,
    state: str = "",
    page: int = 1,
    per_page: int = 50,
    after: int | None = None,
) -> tuple[list[dict[str, Any]], int]:
    """Recipients of a send, by their ids, and how many there are; `state` also knows `bounced`, `delivered`
    and `open`. `after`: those behind that recipient, rather than a page by its number.

    Rows: subscriber_id, email, name, state, reason, code, text (the server's last words), at."""
    send = sql.row(
        "SELECT send_day, tally FROM send WHERE account_id = %s AND id = %s", [account_id, send_id]
    )
    if send is None:
        raise SendNotFound("This send does not exist.")
    states = _STATES.get(state, [state] if state else None)
    bounced = {"bounced": True, "refused": False}.get(state)
    found = sql.rows(
        sql.load("sending", "list_recipients"),
        {
            "account": account_id,
            "send": send_id,
            "day": send["send_day"],
            "after": after,
            "states": states,
            "bounced": bounced,
            "bounce_reasons": list(BOUNCE_REASONS),
            "per_page": per_page,
            "skip": 0 if after is not None else (page - 1) * per_page,
        },
    )
    total = sum(
        n
        for one, reason, n in _counts(account_id, send_id, send)
        if (states is None or one in states) and bounced in (None, reason in BOUNCE_REASONS)
    )
    return found, total


_STATES = {"bounced": ["refused"], "delivered": ["accepted"], "open": ["planned", "intent"]}
