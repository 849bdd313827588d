"""Servers that take fewer connections than the sender opens, and servers that never answer the last dot."""

import signal
import time
from pathlib import Path

import pytest

from tests.support.rig import Rig, rig
from tests.support.sink import Rule


def broadcast_of(post: Rig, count: int) -> int:
    account = post.house.account()
    people = post.house.people(account, count)
    return post.house.broadcast_send(account, people, version=post.house.raw_version(account))


def time_of(post: Rig, send: int) -> float:
    post.wait_done(send)
    moments = [at for _, _, at in post.accepted()]
    return max(moments) - min(moments)


def test_a_bound_on_connections_costs_no_more_than_half_the_rate(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    """Three of eight are taken; the spare ones rest alone, as long as in earnest."""
    took = {}
    for most in (0, 3):
        (tmp_path / str(most)).mkdir()
        with rig(postgres, tmp_path / str(most), rules=[], most=most) as post:
            post.connections = 8
            send = broadcast_of(post, 6_000)
            process = post.start_sender(hold_first_s=5.0, hold_most_s=300.0, line_rest_s=1.0)
            took[most] = time_of(post, send)
            assert post.house.states(send) == {"accepted": 6_000}
            assert post.check(send) == 0
            assert process.poll() is None
            assert ("takes no more connections" in post.log()) == bool(most)
            assert "the mail server rests" not in post.log()
    assert took[3] < 2 * took[0] + 0.5, took


@pytest.mark.parametrize("most", [1, 3])
def test_urgent_mail_gets_one_of_the_few_connections(
    transactional_db: None, postgres: str, tmp_path: Path, most: int
) -> None:
    with rig(postgres, tmp_path, rules=[], most=most, latency_ms=20) as post:
        post.connections = 8
        send = broadcast_of(post, 20_000)
        post.start_sender()
        post.wait(lambda: len(post.accepted()) > 50, "the broadcast to be on its way")
        house = post.house
        account = house.account("Bob")
        single = house.plan_one(
            account, house.people(account, 1, prefix="urgent")[0], house.raw_version(account)
        )
        post.wait(lambda: house.states(single) == {"accepted": 1}, "the urgent mail", 5)
        before = len(post.accepted())
        post.wait(lambda: len(post.accepted()) > before + 20 or most == 1, "the broadcast to go on", 5)
        assert "planned" in house.states(send)


def test_a_server_that_hangs_up_after_the_dot_is_left_alone(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    """It takes each message and never says so: a few have it, nobody has it twice, the letter is held."""
    with rig(postgres, tmp_path, rules=[Rule("after", "drop")]) as post:
        house = post.house
        send = broadcast_of(post, 300)
        post.start_sender()
        post.wait(
            lambda: house.value("SELECT pause_reason FROM send WHERE id = %s", [send]) == "guard", "the guard"
        )
        post.wait(lambda: "intent" not in house.states(send), "what is in the air to land")
        taken = [recipient for recipient, _, _ in post.accepted()]
        assert len(set(taken)) == len(taken)
        assert 20 <= len(taken) <= 20 + 2 * post.connections
        states = house.states(send)
        assert states == {"deferred": len(taken), "planned": 300 - len(taken)}
        assert house.value("SELECT min(next_at) - now() > interval '40 seconds' FROM delivery WHERE lost > 0")


def test_tries_that_were_deferred_are_no_lost_answers(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    """Greylisted twice, then one answer is lost: it leaves again, as nobody can have had a second copy."""
    rules = [Rule("rcpt", "451 4.7.1 greylisted", turn) for turn in (0, 1)] + [Rule("after", "drop", 0)]
    with rig(postgres, tmp_path, rules=rules) as post:
        send = broadcast_of(post, 1)
        post.start_sender(retry_factor=1 / 600)
        post.wait_done(send)
        row = post.house.rows("SELECT state, attempts, lost FROM delivery")[0]
        assert (row["state"], row["attempts"], row["lost"]) == ("accepted", 4, 1)


def test_retries_are_counted_from_the_first_try_not_from_the_day_of_the_plan(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    with rig(
        postgres, tmp_path, rules=[Rule("rcpt", "451 4.7.1 greylisted", turn) for turn in (0, 1)]
    ) as post:
        house = post.house
        send = broadcast_of(post, 1)
        house.db.execute("UPDATE chunk SET created_at = now() - interval '5 days'")
        post.start_sender()
        post.wait(lambda: house.states(send) == {"deferred": 1}, "a first answer")
        # Its life is over now: another 4xx ends it.
        house.db.execute("UPDATE delivery SET deferred_at = now() - interval '49 hours', next_at = now()")
        house.db.execute("UPDATE chunk SET not_before = now()")
        post.wait(lambda: house.states(send) == {"refused": 1}, "the end of its life")
        assert house.value("SELECT reason FROM delivery") == "expired"


def test_the_time_of_a_rest_is_short_where_a_line_was_only_replaced(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    """Connections end after 1,000 messages: the new one is not opened beside the old one."""
    with rig(postgres, tmp_path, rules=[], most=1) as post:
        post.connections = 2
        send = broadcast_of(post, 2_500)
        began = time.monotonic()
        post.start_sender(hold_first_s=30.0, line_rest_s=30.0)
        post.wait_done(send, 25)
        assert time.monotonic() - began < 25
        assert post.check(send) == 0


def test_a_server_that_is_down_is_said_by_the_sender(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    with rig(postgres, tmp_path) as post:
        post.server.send_signal(signal.SIGKILL)
        post.server.wait()
        broadcast_of(post, 3)
        post.start_sender(hold_first_s=0.5)
        said = "SELECT FROM heartbeat WHERE kind = 'sender' AND detail ->> 'trouble' LIKE 'cannot connect%%'"
        post.wait(lambda: bool(post.house.rows(said, [])), "the sender to say so", 20)
