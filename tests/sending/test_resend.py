"""Rows are put back by somebody's decision: exactly those, under their old Message-ID."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from postroom.sending import queries, services
from postroom.sending.errors import NothingToResend, SendMoved, SendNotFound
from postroom.sending.ledger import Ledger, Outcome, finish
from postroom.sending.pace import Pace
from tests.support.mailing import House
from tests.support.rig import rig

REASONS = ("invalid", "inactive", "content", "expired", "reputation")


def ended(house: House, account: int) -> tuple[int, list[int]]:
    """A finished send: one accepted, two uncertain, five refused for different reasons."""
    people = house.people(account, 8)
    send = house.broadcast_send(account, people, chunk_rows=4)
    for person, state, reason in zip(
        people,
        ["accepted", "uncertain", "uncertain"] + ["refused"] * 5,
        [None, "no_answer", "no_answer", *REASONS],
        strict=True,
    ):
        house.db.execute(
            "UPDATE delivery SET state = %s, reason = %s, attempts = 1, code = 550 WHERE recipient_id = %s",
            [state, reason, person],
        )
    house.db.execute("UPDATE chunk SET state = 'done'")
    assert services.finish_send(account_id=account, send_id=send) is not None
    return send, people


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("uncertain", {"planned": 2, "accepted": 1, "refused": 5}),
        ("refused", {"planned": 3, "accepted": 1, "uncertain": 2, "refused": 2}),
    ],
)
def test_exactly_these_rows_are_planned_anew(house: House, which: str, expected: dict[str, int]) -> None:
    account = house.account()
    send, people = ended(house, account)
    other, _ = ended(house, house.account("Bob"))
    count = services.resend(account_id=account, send_id=send, which=which)  # type: ignore[arg-type]
    assert count == expected["planned"]
    assert house.states(send) == expected
    assert house.states(other) == {"accepted": 1, "uncertain": 2, "refused": 5}
    kept = {row["reason"] for row in house.rows("SELECT reason FROM delivery WHERE state = 'refused'")}
    assert {"invalid", "inactive"} <= kept
    line = queries.ledger(account, send)
    assert (line.balances, line.open, line.finished_at) == (True, count, None)
    assert house.value("SELECT flow FROM send WHERE id = %s", [send]) == "running"
    assert house.row_of(send, people[0])["state"] == "accepted"
    with pytest.raises(NothingToResend):
        services.resend(account_id=account, send_id=send, which=which)  # type: ignore[arg-type]


def test_a_stopped_send_and_a_strangers_stay(house: House) -> None:
    account = house.account()
    send, _ = ended(house, account)
    with pytest.raises(SendNotFound):
        services.resend(account_id=house.account("Charlie"), send_id=send, which="uncertain")
    house.db.execute("UPDATE send SET flow = 'cancelled'")
    with pytest.raises(SendMoved):
        services.resend(account_id=account, send_id=send, which="uncertain")
    assert house.states(send)["uncertain"] == 2


@pytest.mark.parametrize("first", ["close", "resend"])
def test_a_chunk_that_is_closed_in_the_same_moment_opens_again(
    house: House, postgres: str, first: str
) -> None:
    """The sender counts what is open and closes its chunk while somebody puts a row of it back."""
    from django.db import connection, transaction

    account = house.account()
    people = house.people(account, 2)
    send = house.broadcast_send(account, people)

    async def act(meanwhile: Callable[[], None]) -> None:
        book = Ledger(postgres, "one", Pace())
        await book.open()
        [chunk] = await book.claim(2, at_most=1, relay=True, relay_open=True, now=0.0)
        await book.intend(await book.load([chunk]))
        states = [("accepted", None), ("refused", "content")]
        async with book.transaction() as transacting:
            await finish(
                transacting,
                [
                    Outcome(chunk, person, 0, state, reason=reason)
                    for person, (state, reason) in zip(people, states, strict=True)
                ],
            )
        if first == "close":
            await book.close_chunks([chunk])
            meanwhile()
        else:
            closing = asyncio.create_task(book.close_chunks([chunk]))
            await asyncio.get_running_loop().run_in_executor(None, meanwhile)
            await closing
        await book.close()

    def resend() -> None:
        try:
            with transaction.atomic():
                assert services.resend(account_id=account, send_id=send, which="refused") == 1
                threading.Event().wait(0.3)  # the other side waits for our locks now, or has gone before us
        finally:
            connection.close()

    asyncio.run(act(lambda: _in_thread(resend)))
    assert house.states(send) == {"accepted": 1, "planned": 1}
    assert house.value("SELECT state FROM chunk") == "open"


def _in_thread(act: Callable[[], None]) -> None:
    faults: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(20)
    assert not faults, faults


def test_what_was_held_leaves_once_more_under_its_message_id(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    with rig(postgres, tmp_path) as post:
        house = post.house
        account = house.account()
        people = house.people(account, 2, prefix="lost1-") + house.people(account, 10)
        send = house.broadcast_send(account, people, version=house.raw_version(account))
        house.db.execute("UPDATE send SET ambiguous = 'hold'")
        post.start_sender()
        post.wait_done(send)
        assert house.states(send) == {"accepted": 10, "uncertain": 2}
        assert post.check(send) == 0
        post.wait(lambda: services.list_ended() == [(account, send)], "the chunk to be closed")
        assert services.finish_send(account_id=account, send_id=send) is not None
        assert services.resend(account_id=account, send_id=send, which="uncertain") == 2
        post.wait_done(send)
        assert house.states(send) == {"accepted": 12}
        copies = [message_id for recipient, message_id, _ in post.accepted() if recipient.startswith("lost")]
        assert len(copies) == 4
        assert len(set(copies)) == 2
        assert {house.row_of(send, person)["attempts"] for person in people[:2]} == {2}
