"""Settles what a sender left in the air: by its journal when it is at hand, else by waiting and sending
again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from postroom.sending import journal, ledger
from postroom.sending.journal import Entry, Key, Slot
from postroom.sending.ledger import Chunk, Ledger, Outcome
from postroom.sending.pace import AMBIGUOUS_TRIES

log = structlog.get_logger("postroom.sender")

_STATES = {
    journal.ACCEPTED: ("accepted", None),
    journal.DEFERRED: ("deferred", "later"),
    journal.REFUSED: ("refused", "refused"),
    journal.BAD_ADDRESS: ("refused", "invalid"),
}
LOST_ANSWER = "The connection ended between the message and the server's answer"


async def recover_slot(book: Ledger, slot: Slot) -> int:
    """Settle every chunk that `slot` held when it ended; answers how many rows were in the air.

    An outcome in the journal is true; a row that was never begun goes back to planned; one that was begun
    and not answered may or may not have arrived: its send's policy decides."""
    flying = await _settle_chunks(book, slot, await book.fetch("list_owned_chunks", owner=slot.owner))
    journal.erase(slot.directory)
    return flying


async def recover_strays(book: Ledger, slot: Slot, strays: set[int]) -> int:
    """Settle chunks in a living sender's name that it does not work on: the database lost an answer, or a
    commit."""
    owned = await book.fetch("list_owned_chunks", owner=slot.owner)
    return await _settle_chunks(book, slot, [row for row in owned if row["id"] in strays])


async def _settle_chunks(book: Ledger, slot: Slot, chunks: Sequence[Mapping[str, Any]]) -> int:
    entries = journal.read(slot.directory) if chunks else {}
    flying = 0
    for row in chunks:
        outcomes = [settle(_chunk(row), key, entries) for key in row["flying"] or []]
        flying += len(outcomes)
        await _write(book, row, outcomes)
    if flying:
        log.info("settled by the journal", slot=slot.directory.name, rows=flying)
    return flying


async def reap(book: Ledger, lease_s: float) -> int:
    """Reopen chunks whose sender is not heard of any more; answers how many.

    Their journal is out of reach, so every row in `intent` counts as begun."""
    async with book.transaction() as connection:
        lapsed = await ledger.run(connection, "list_lapsed_chunks", lease_s=lease_s)
        for row in lapsed:
            chunk = _chunk(row)
            outcomes = [_ambiguous(chunk, number, nth, lost) for number, nth, _, lost in row["flying"] or []]
            if outcomes:
                await ledger.finish(connection, outcomes)
            await ledger.run(
                connection, "reopen_chunk", account=chunk.account_id, chunk=chunk.id, epoch=chunk.epoch
            )
            log.warning("took over a chunk", chunk=chunk.id, send=chunk.send_id, rows=len(outcomes))
    return len(lapsed)


def settle(chunk: Chunk, key: Sequence[int], entries: Mapping[Key, Entry]) -> Outcome:
    """What the journal says of one row in `intent`; `key` is (recipient id, nth, attempts, lost answers)."""
    recipient_id, nth, attempts, lost = key
    entry = entries.get((chunk.send_id, recipient_id, nth))
    if entry is None or entry.attempt not in (attempts, 0) or entry.kind == journal.UNTRIED:
        return Outcome(chunk, recipient_id, nth, "planned", undo=1)
    if entry.kind in _STATES:
        state, reason = _STATES[entry.kind]
        return Outcome(
            chunk,
            recipient_id,
            nth,
            state,
            reason=reason,
            code=entry.code or None,
            delay_s=300.0 if state == "deferred" else 0.0,
            bounce=entry.kind == journal.BAD_ADDRESS,
        )
    return _ambiguous(chunk, recipient_id, nth, lost)


def stays_uncertain(chunk: Chunk, lost: int) -> bool:
    """Whether a row waits for a decision whose answer is lost now and was `lost` times before."""
    return chunk.holds or lost + 1 >= AMBIGUOUS_TRIES


def _ambiguous(chunk: Chunk, recipient_id: int, nth: int, lost: int) -> Outcome:
    over = stays_uncertain(chunk, lost)
    return Outcome(
        chunk,
        recipient_id,
        nth,
        "uncertain" if over else "planned",
        reason="no_answer" if over else None,
        text=LOST_ANSWER + ("." if over else "; sent again under the same Message-ID."),
        stage="answer",
        lost=1,
        keep=True,
    )


async def _write(book: Ledger, row: Mapping[str, Any], outcomes: list[Outcome]) -> None:
    async with book.transaction() as connection:
        if outcomes:
            await ledger.finish(connection, outcomes)
        await ledger.run(
            connection, "reopen_chunk", account=row["account_id"], chunk=row["id"], epoch=row["epoch"]
        )


def _chunk(row: Mapping[str, Any]) -> Chunk:
    return Chunk(
        account_id=row["account_id"],
        id=row["id"],
        epoch=row["epoch"],
        send_id=row["send_id"],
        send_day=row["send_day"],
        version_id=0,
        mail_class=0,
        kind="",
        subject_id=None,
        to_inbox=False,
        holds=row["ambiguous"] == "hold",
        deadline=0.0,
    )
