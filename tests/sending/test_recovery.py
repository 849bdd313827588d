"""What a dead sender left in the air is settled by its journal; without one, only after two lease lengths."""

import asyncio
from pathlib import Path

import pytest

from postroom.sending import journal, recovery
from postroom.sending.journal import Journal, Slot
from postroom.sending.ledger import Ledger, Outcome
from postroom.sending.pace import AMBIGUOUS_TRIES, Pace
from tests.support.mailing import House


def die_in_mid_send(house: House, dsn: str, slot: Slot, records: str, ambiguous: str = "resend") -> int:
    """A sender claims, declares one row per letter of `records`, writes that to its journal and is gone.

    `A` begun only; `Y`, `D`, `N`, `B` begun and answered; `-` declared, never begun."""
    account = house.account()
    people = house.people(account, len(records))
    send = house.broadcast_send(account, people)
    house.db.execute("UPDATE send SET ambiguous = %s WHERE id = %s", [ambiguous, send])

    async def act() -> None:
        book = Ledger(dsn, slot.owner, Pace())
        await book.open()
        [chunk] = await book.claim(2, at_most=1, relay=True, relay_open=True, now=0.0)
        await book.intend(await book.load([chunk]))
        written = Journal(slot.directory)
        for record, person in zip(records, people, strict=True):
            if record != "-":
                written.begin((send, person, 0), 1)
            if record not in "-A":
                written.note(record.encode(), (send, person, 0), 250, 1)
        await book.close()

    asyncio.run(act())
    return send


def stamp(slot: Slot, send: int, house: House, attempt: int) -> None:
    """The one message of a send was begun at that try."""
    person = house.value("SELECT recipient_id FROM delivery WHERE send_id = %s", [send])
    Journal(slot.directory).begin((send, person, 0), attempt)


def settle(dsn: str, slot: Slot) -> int:
    async def act() -> int:
        book = Ledger(dsn, slot.owner, Pace())
        await book.open()
        try:
            return await recovery.recover_slot(book, slot)
        finally:
            await book.close()

    return asyncio.run(act())


def reap(dsn: str, lease_s: float) -> int:
    async def act() -> int:
        book = Ledger(dsn, "another", Pace())
        await book.open()
        try:
            return await recovery.reap(book, lease_s)
        finally:
            await book.close()

    return asyncio.run(act())


def test_the_journal_settles_every_row(house: House, postgres: str, tmp_path: Path) -> None:
    slot = Slot(tmp_path, "sender-a")
    send = die_in_mid_send(house, postgres, slot, "YDNA-")
    assert settle(postgres, slot) == 5
    found = house.rows(
        "SELECT state, attempts FROM delivery WHERE send_id = %s ORDER BY recipient_id", [send]
    )
    assert [(row["state"], row["attempts"]) for row in found] == [
        ("accepted", 1),
        ("deferred", 1),
        ("refused", 1),
        ("planned", 1),  # begun, not answered: once more, and the try counts
        ("planned", 0),  # never begun
    ]
    assert house.rows("SELECT state, owner FROM chunk") == [{"state": "open", "owner": ""}]
    [said] = house.rows("SELECT text FROM delivery_attempt")
    assert "same Message-ID" in said["text"]
    assert journal.read(tmp_path) == {}


def test_a_row_whose_answer_is_lost_again_and_again_stays_uncertain(
    house: House, postgres: str, tmp_path: Path
) -> None:
    slot = Slot(tmp_path, "sender-a")
    send = die_in_mid_send(house, postgres, slot, "A")
    house.db.execute("UPDATE delivery SET attempts = 9, lost = %s", [AMBIGUOUS_TRIES - 1])
    stamp(slot, send, house, 9)
    settle(postgres, slot)
    assert house.states(send) == {"uncertain": 1}


def test_tries_that_were_answered_are_no_lost_ones(house: House, postgres: str, tmp_path: Path) -> None:
    slot = Slot(tmp_path, "sender-a")
    send = die_in_mid_send(house, postgres, slot, "A")
    house.db.execute("UPDATE delivery SET attempts = 9")
    stamp(slot, send, house, 9)
    settle(postgres, slot)
    assert house.states(send) == {"planned": 1}
    assert house.value("SELECT lost FROM delivery") == 1


def test_with_hold_what_was_begun_waits_for_a_decision(house: House, postgres: str, tmp_path: Path) -> None:
    slot = Slot(tmp_path, "sender-a")
    send = die_in_mid_send(house, postgres, slot, "YAU-", "hold")
    settle(postgres, slot)
    assert house.states(send) == {"accepted": 1, "uncertain": 2, "planned": 1}
    assert {row["text"] for row in house.rows("SELECT text FROM delivery_attempt")} == {
        "The connection ended between the message and the server's answer."
    }


def test_with_hold_and_without_the_journal_everything_declared_is_uncertain(
    house: House, postgres: str, tmp_path: Path
) -> None:
    send = die_in_mid_send(house, postgres, Slot(tmp_path, "sender-a"), "YA-", "hold")
    house.db.execute("UPDATE chunk SET lease_until = now() - interval '61 seconds'")
    assert reap(postgres, 30) == 1
    assert house.states(send) == {"uncertain": 3}


def test_what_came_of_an_earlier_try_says_nothing_of_this_one(
    house: House, postgres: str, tmp_path: Path
) -> None:
    """Refused, planned anew, declared, killed before it was begun: the old refusal must not come back."""
    slot = Slot(tmp_path, "sender-a")
    send = die_in_mid_send(house, postgres, slot, "NA", "hold")
    house.db.execute("UPDATE delivery SET attempts = 2 WHERE send_id = %s", [send])
    settle(postgres, slot)
    assert house.states(send) == {"planned": 2}


def test_a_lapsed_chunk_with_nothing_in_the_air_is_open_at_once(
    house: House, postgres: str, tmp_path: Path
) -> None:
    send = die_in_mid_send(house, postgres, Slot(tmp_path, "sender-a"), "--")
    house.db.execute("UPDATE delivery SET state = 'planned'")
    assert reap(postgres, 30) == 0
    house.db.execute("UPDATE chunk SET lease_until = now() - interval '1 second'")
    assert reap(postgres, 30) == 1
    assert house.states(send) == {"planned": 2}


def test_rows_in_the_air_wait_two_lease_lengths_without_their_journal(
    house: House, postgres: str, tmp_path: Path
) -> None:
    slot = Slot(tmp_path, "sender-a")
    send = die_in_mid_send(house, postgres, slot, "YA")
    house.db.execute("UPDATE chunk SET lease_until = now() - interval '29 seconds'")
    assert reap(postgres, 30) == 0
    house.db.execute("UPDATE chunk SET lease_until = now() - interval '31 seconds'")
    assert reap(postgres, 30) == 1
    assert house.states(send) == {"planned": 2}
    assert len(house.rows("SELECT text FROM delivery_attempt")) == 2


@pytest.mark.parametrize("record", ["Y", "N"])
def test_a_sender_that_was_overtaken_recovers_nothing(
    house: House, postgres: str, tmp_path: Path, record: str
) -> None:
    slot = Slot(tmp_path, "sender-a")
    send = die_in_mid_send(house, postgres, slot, record)
    house.db.execute("UPDATE chunk SET owner = 'sender-b', epoch = epoch + 1")
    assert settle(postgres, slot) == 0
    assert house.states(send) == {"intent": 1}


def test_late_outcomes_of_a_reopened_chunk_are_fenced(house: House, postgres: str, tmp_path: Path) -> None:
    send = die_in_mid_send(house, postgres, Slot(tmp_path, "sender-a"), "Y")
    [row] = house.rows(
        "SELECT c.account_id, c.id, epoch, send_id, c.send_day, ambiguous"
        " FROM chunk c JOIN send s ON s.id = send_id"
    )
    late = recovery._chunk(row)
    house.db.execute("UPDATE chunk SET lease_until = now() - interval '1 hour'")
    reap(postgres, 30)
    recipient = house.value("SELECT recipient_id FROM delivery WHERE send_id = %s", [send])

    async def act() -> dict:
        from postroom.sending import ledger

        book = Ledger(postgres, "sender-a", Pace())
        await book.open()
        try:
            async with book.transaction() as connection:
                return await ledger.finish(connection, [Outcome(late, recipient, 0, "accepted")])
        finally:
            await book.close()

    assert asyncio.run(act()) == {}
    assert house.states(send) == {"planned": 1}
