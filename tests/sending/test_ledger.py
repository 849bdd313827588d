"""The sender's statements: claim, load, intend, finish, close — each fenced, each against a real database."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from postroom.sending import ledger as l
from postroom.sending.ledger import Chunk, Ledger, Outcome
from postroom.sending.pace import Pace
from tests.support.mailing import House

PACE = Pace(lease_s=30)


def with_ledger(
    dsn: str, act: Callable[[Ledger], Awaitable[Any]], owner: str = "one", pace: Pace = PACE
) -> Any:
    async def run() -> Any:
        book = Ledger(dsn, owner, pace)
        await book.open()
        try:
            return await act(book)
        finally:
            await book.close()

    return asyncio.run(run())


async def claim(book: Ledger, mail_class: int = 2, relay: bool = True, at_most: int = 1) -> list[Chunk]:
    return await book.claim(mail_class, at_most=at_most, relay=relay, relay_open=True, now=0.0)


async def finish(book: Ledger, outcomes: list[Outcome]) -> dict[tuple[int, int, int], int]:
    async with book.transaction() as connection:
        return await l.finish(connection, outcomes)


def test_a_chunk_is_claimed_once(house: House, postgres: str) -> None:
    account = house.account()
    house.broadcast_send(account, house.people(account, 4), chunk_rows=2)

    async def act(book: Ledger) -> None:
        first, second, third = await claim(book), await claim(book), await claim(book)
        assert len(first) == len(second) == 1
        assert first[0].id != second[0].id
        assert third == []
        assert first[0].epoch == 1

    with_ledger(postgres, act)


@pytest.mark.parametrize(
    ("send", "account", "relay", "expected"),
    [
        ({}, {}, True, ["relay"]),
        ({}, {}, False, []),  # a real broadcast waits for its server
        ({"rehearsed": True}, {}, False, ["inbox"]),
        ({"rehearsed": True}, {}, True, ["inbox"]),  # half a rehearsal never turns real
        ({}, {"is_demo": True}, True, ["inbox"]),
        ({"flow": "paused"}, {}, True, []),
        ({"flow": "cancelled"}, {}, True, []),
    ],
)
def test_where_a_broadcast_may_go(
    house: House, postgres: str, send: dict, account: dict, relay: bool, expected: list[str]
) -> None:
    owner = house.account(**account)
    house.broadcast_send(owner, house.people(owner, 1), **send)

    async def act(book: Ledger) -> list[str]:
        return ["inbox" if c.to_inbox else "relay" for c in await claim(book, relay=relay)]

    assert with_ledger(postgres, act) == expected


@pytest.mark.parametrize(
    ("sent_before", "relay", "expected"), [(False, False, 1), (True, False, 0), (True, True, 1)]
)
def test_single_mail_never_falls_back_to_the_inbox(
    house: House, postgres: str, sent_before: bool, relay: bool, expected: int
) -> None:
    account = house.account()
    if sent_before:
        house.db.execute("SELECT accounts_mark_sent_by_smtp(%s)", [[account]])
    send = house.value("SELECT sending_standing_send(%s, 'system', NULL, 0)", [account])
    other = house.value("SELECT sending_other_recipient(%s, 'a@b.example', 'a@b.example', '')", [account])
    house.value("SELECT sending_plan_one(%s, %s, %s, %s, 0)", [account, send, other, house.version(account)])

    async def act(book: Ledger) -> int:
        return len(await claim(book, 0, relay=relay))

    assert with_ledger(postgres, act) == expected


def test_who_left_meanwhile_is_barred_at_the_last_read(house: House, postgres: str) -> None:
    account = house.account()
    people = house.people(account, 6)
    house.broadcast_send(account, people)
    for state, person in zip(["cancelled", "bounced", "complained", "inactive"], people, strict=False):
        house.db.execute("UPDATE subscriber SET state = %s WHERE id = %s", [state, person])
    house.db.execute(
        "INSERT INTO suppression (account_id, address_hash, reason)"
        " SELECT account_id, sha256(convert_to(email_key, 'UTF8')), 'erased' FROM subscriber WHERE id = %s",
        [people[4]],
    )

    async def act(book: Ledger) -> list[str]:
        return [row.barred for row in await book.load(await claim(book))]

    assert with_ledger(postgres, act) == ["cancelled", "bounced", "complained", "inactive", "erased", ""]


def test_a_confirmation_goes_to_the_unconfirmed_but_never_to_the_bounced(house: House, postgres: str) -> None:
    account = house.account()
    version = house.version(account)
    send = house.value("SELECT sending_standing_send(%s, 'confirmation', 5, 0)", [account])
    people = house.people(account, 1, state="inactive") + house.people(
        account, 1, prefix="b", state="bounced"
    )
    for person in people:
        house.value("SELECT sending_plan_one(%s, %s, %s, %s, 0)", [account, send, person, version])

    async def act(book: Ledger) -> list[str]:
        return [row.barred for row in await book.load(await claim(book, 0, at_most=10))]

    assert sorted(with_ledger(postgres, act)) == ["", "bounced"]


def test_a_pause_bites_at_the_intent(house: House, postgres: str) -> None:
    account = house.account()
    send = house.broadcast_send(account, house.people(account, 2))

    async def act(book: Ledger) -> dict[tuple[int, int, int], int]:
        rows = await book.load(await claim(book))
        house.db.execute("UPDATE send SET flow = 'paused' WHERE id = %s", [send])
        return await book.intend(rows)

    assert with_ledger(postgres, act) == {}
    assert house.states(send) == {"planned": 2}


def test_an_overtaken_sender_neither_sends_nor_writes(house: House, postgres: str) -> None:
    account = house.account()
    people = house.people(account, 3)
    send = house.broadcast_send(account, people)

    async def act(book: Ledger) -> None:
        [chunk] = await claim(book)
        rows = await book.load([chunk])
        assert len(await book.intend(rows[:1])) == 1
        house.db.execute("UPDATE chunk SET epoch = epoch + 1, owner = 'two'")
        assert await book.intend(rows[1:]) == {}
        assert await finish(book, [Outcome(chunk, people[0], 0, "accepted")]) == {}
        await book.close_chunks([chunk])

    with_ledger(postgres, act)
    assert house.states(send) == {"intent": 1, "planned": 2}
    assert house.value("SELECT state FROM chunk") == "claimed"


def test_outcomes_move_rows_once_and_keep_what_was_said(house: House, postgres: str) -> None:
    account = house.account()
    people = house.people(account, 4)
    send = house.broadcast_send(account, people)

    async def act(book: Ledger) -> None:
        [chunk] = await claim(book)
        rows = await book.load([chunk])
        intended = await book.intend(rows)
        assert set(intended.values()) == {1}
        outcomes = [
            Outcome(chunk, people[0], 0, "accepted", code=250),
            Outcome(
                chunk,
                people[1],
                0,
                "refused",
                reason="content",
                code=550,
                enhanced="5.7.1",
                text="spam\0",
                keep=True,
            ),
            Outcome(chunk, people[2], 0, "deferred", code=451, delay_s=60, text="later", keep=True),
            Outcome(chunk, people[3], 0, "planned", undo=1),
        ]
        assert len(await finish(book, outcomes)) == 4
        assert await finish(book, outcomes[:2]) == {}
        await book.close_chunks([chunk])

    with_ledger(postgres, act)
    assert house.states(send) == {"accepted": 1, "refused": 1, "deferred": 1, "planned": 1}
    assert [house.row_of(send, person)["attempts"] for person in people] == [1, 1, 1, 0]
    assert [row["text"] for row in house.rows("SELECT text FROM delivery_attempt ORDER BY id")] == [
        "spam",
        "later",
    ]
    chunk = house.rows("SELECT state, owner, not_before <= now() AS due FROM chunk")[0]
    assert chunk == {"state": "open", "owner": "", "due": True}


def test_a_chunk_with_only_later_rows_waits_for_the_first_of_them(house: House, postgres: str) -> None:
    account = house.account()
    people = house.people(account, 1)
    house.broadcast_send(account, people)

    async def act(book: Ledger) -> list[Chunk]:
        [chunk] = await claim(book)
        await book.intend(await book.load([chunk]))
        await finish(book, [Outcome(chunk, people[0], 0, "deferred", delay_s=600)])
        await book.close_chunks([chunk])
        return await claim(book)

    assert with_ledger(postgres, act) == []
    assert house.value("SELECT not_before > now() + interval '9 minutes' FROM chunk")


def test_inbox_messages_come_with_the_outcome_and_only_with_it(house: House, postgres: str) -> None:
    account = house.account()
    people = house.people(account, 2)
    house.broadcast_send(account, people, rehearsed=True)

    async def act(book: Ledger) -> None:
        [chunk] = await claim(book)
        await book.intend(await book.load([chunk]))
        letter = ("a@x.example", "p1@example.com", "Hello", b"Subject: Hello\r\n\r\nHi")
        done = [Outcome(chunk, people[0], 0, "accepted", letter=letter)]
        await finish(book, done)
        await finish(book, done)
        house.db.execute("UPDATE chunk SET epoch = epoch + 1")
        await finish(book, [Outcome(chunk, people[1], 0, "accepted", letter=letter)])

    with_ledger(postgres, act)
    found = house.rows("SELECT recipient_id, subject, size_bytes FROM inbox_message")
    assert found == [{"recipient_id": people[0], "subject": "Hello", "size_bytes": 20}]


def test_a_send_with_a_rate_lets_one_chunk_go_at_a_time_however_many_are_overdue(
    house: House, postgres: str
) -> None:
    account = house.account()
    people = house.people(account, 30)
    send = house.broadcast_send(account, people, chunk_rows=10)
    house.db.execute("UPDATE send SET rate_per_s = 2")
    house.db.execute("UPDATE chunk SET not_before = now() - interval '9 hours'")
    quick = house.broadcast_send(account, house.people(account, 1, prefix="q"))
    # People who were suppressed at the expansion: a chunk with nothing to send must pass, and cost no time.
    house.db.execute("UPDATE delivery SET state = 'excluded' WHERE recipient_id = ANY(%s)", [people[:10]])

    async def act(book: Ledger) -> None:
        assert [c.send_id for c in await claim(book)] == [send]
        assert [c.send_id for c in await claim(book)] == [send]
        assert [c.send_id for c in await claim(book, at_most=5)] == [quick]
        assert await claim(book) == []

    with_ledger(postgres, act)
    wait_s = house.value("SELECT extract(epoch FROM next_claim_at - now()) FROM send WHERE id = %s", [send])
    assert 4 < float(wait_s) <= 5
    house.db.execute("UPDATE send SET next_claim_at = now() - interval '1 second' WHERE id = %s", [send])

    async def race(book: Ledger) -> list[list[Chunk]]:
        return await asyncio.gather(*(claim(book) for _ in range(4)))

    house.db.execute("UPDATE chunk SET state = 'open', owner = '' WHERE send_id = %s", [send])
    assert sum(len(found) for found in with_ledger(postgres, race)) <= 2, "two senders took a turn each"


def test_ten_senders_at_once_never_hold_the_same_chunk(house: House, postgres: str) -> None:
    account = house.account()
    house.broadcast_send(account, house.people(account, 100), chunk_rows=2)

    async def act() -> list[tuple[str, int]]:
        books = [Ledger(postgres, f"sender-{n}", Pace(lease_s=30)) for n in range(10)]
        await asyncio.gather(*(book.open() for book in books))

        async def take(book: Ledger) -> list[tuple[str, int]]:
            taken: list[tuple[str, int]] = []
            while chunks := await claim(book):
                taken += [(book.owner, chunk.id) for chunk in chunks]
            return taken

        found = [pair for pairs in await asyncio.gather(*map(take, books)) for pair in pairs]
        await asyncio.gather(*(book.close() for book in books))
        return found

    found = asyncio.run(act())
    assert len(found) == len({chunk for _, chunk in found}) == 50
    assert len({owner for owner, _ in found}) > 1


def test_a_lease_is_judged_by_the_databases_clock_alone(house: House, postgres: str) -> None:
    """A sender whose own clock is wrong by minutes claims, keeps and loses like any other."""
    account = house.account()
    house.broadcast_send(account, house.people(account, 2))

    async def act(book: Ledger) -> None:
        [chunk] = await book.claim(2, at_most=1, relay=True, relay_open=True, now=-300.0)
        assert await book.extend([chunk]) == {chunk.id}
        assert len(await book.intend(await book.load([chunk]))) == 2
        house.db.execute("UPDATE chunk SET lease_until = now() - interval '1 second'")
        assert await book.extend([chunk]) == set()

    with_ledger(postgres, act)
