"""The ledger line that balances, progress, people by state, what servers said."""

import json

import pytest

from postroom.sending import queries
from postroom.sending.errors import SendNotFound
from postroom.sending.services import finish_send, list_ended
from tests.support.mailing import House

STATES = {
    "accepted": 4,
    "deferred": 1,
    "uncertain": 1,
    "cancelled": 2,
    "planned": 3,
    "intent": 1,
}


def mixed(house: House) -> tuple[int, int, list[int]]:
    """A send with a row in every state."""
    account = house.account()
    people = house.people(account, 20)
    send = house.broadcast_send(account, people)
    waiting = list(people)
    for state, count in STATES.items():
        for _ in range(count):
            house.db.execute(
                "UPDATE delivery SET state = %s WHERE recipient_id = %s", [state, waiting.pop(0)]
            )
    for state, reason in [
        ("excluded", "cancelled"),
        ("excluded", "cancelled"),
        ("excluded", "bounced"),
        ("refused", "invalid"),
        ("refused", "inactive"),
        ("refused", "content"),
        ("refused", "content"),
        ("refused", "full"),
    ]:
        house.db.execute(
            "UPDATE delivery SET state = %s, reason = %s, code = 550 WHERE recipient_id = %s",
            [state, reason, waiting.pop(0)],
        )
    assert waiting == []
    return account, send, people


def test_every_state_has_its_term_and_the_line_balances(house: House) -> None:
    account, send, _ = mixed(house)
    line = queries.ledger(account, send)
    assert line.balances
    assert (line.planned, line.accepted, line.bounced, line.refused) == (20, 4, 2, 3)
    assert (line.uncertain, line.excluded, line.cancelled, line.deferred, line.open) == (1, 3, 2, 1, 4)
    assert line.excluded_text == "2 had unsubscribed, 1 bounced before"
    assert line.refused_text == "2 by filters, 1 mailbox full"


def test_a_row_that_is_missing_shows(house: House) -> None:
    account, send, people = mixed(house)
    house.db.execute("DELETE FROM delivery WHERE recipient_id = %s", [people[0]])
    assert not queries.ledger(account, send).balances


def test_a_finished_send_keeps_its_line_without_its_rows(house: House) -> None:
    account, send, _ = mixed(house)
    house.db.execute(
        "UPDATE delivery SET state = 'accepted' WHERE state IN ('planned', 'intent', 'deferred')"
    )
    house.db.execute("UPDATE chunk SET state = 'done'")
    before = queries.ledger(account, send)
    assert list_ended() == [(account, send)]
    assert finish_send(account_id=account, send_id=send) is not None
    assert list_ended() == []
    assert finish_send(account_id=account, send_id=send) is None
    house.db.execute("DELETE FROM delivery")  # as retention does
    after = queries.ledger(account, send)
    assert after.finished_at is not None
    assert (after.accepted, after.excluded_by, after.refused_by, after.balances) == (
        before.accepted,
        before.excluded_by,
        before.refused_by,
        True,
    )


def test_another_accounts_send_does_not_exist(house: House) -> None:
    _, send, _ = mixed(house)
    charlie = house.account("Charlie")
    for read in (queries.ledger, queries.progress, queries.people):
        with pytest.raises(SendNotFound):
            read(charlie, send)
    assert queries.log_lines(charlie, send) == []


def test_progress_adds_up_living_senders_and_estimates(house: House) -> None:
    account, send, _ = mixed(house)
    other = house.account("Charlie")
    later = house.broadcast_send(other, house.people(other, 1))
    for name, age, rate in (("one", "0 seconds", 1.5), ("two", "1 second", 0.5), ("dead", "1 minute", 100.0)):
        house.db.execute(
            "INSERT INTO heartbeat (name, kind, seen_at, detail)"
            " VALUES (%s, 'sender', now() - %s::interval, %s)",
            [name, age, json.dumps({"rates": {str(send): rate}})],
        )
    now = queries.progress(account, send)
    assert (now.rate_per_s, now.position) == (2.0, 1)
    assert now.done_at is not None
    assert queries.progress(other, later).position == 2
    house.db.execute("UPDATE send SET flow = 'paused' WHERE id = %s", [send])
    assert queries.progress(account, send).done_at is None


@pytest.mark.parametrize(
    ("state", "count"),
    [
        ("", 20),
        ("delivered", 4),
        ("bounced", 2),
        ("refused", 3),
        ("excluded", 3),
        ("open", 4),
        ("cancelled", 2),
    ],
)
def test_people_by_state(house: House, state: str, count: int) -> None:
    account, send, _ = mixed(house)
    found, total = queries.people(account, send, state=state, per_page=3)
    assert total == count
    assert len(found) == min(3, count)
    rest, _ = queries.people(account, send, state=state, page=2, per_page=3)
    assert not {p["subscriber_id"] for p in found} & {p["subscriber_id"] for p in rest}


def test_what_servers_said_is_gathered(house: House) -> None:
    account, send, people = mixed(house)
    for person in people[:3]:
        house.db.execute(
            "INSERT INTO delivery_attempt (account_id, send_id, recipient_id, nth, attempt, outlet, stage,"
            " code, text) VALUES (%s, %s, %s, 0, 1, 'smtp', 'rcpt', 451, 'slow down')",
            [account, send, person],
        )
    [line] = queries.log_lines(account, send)
    assert (line.count, line.code, line.level, line.text) == (3, 451, "warn", "slow down")
    found, _ = queries.people(account, send)
    assert found[0]["text"] == "slow down"
