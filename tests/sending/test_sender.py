"""The running sender: from a ledger row to a mail server or the test inbox."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.sending.pace import PACE
from tests.support.rig import Rig, rig


@pytest.fixture
def post(transactional_db: None, postgres: str, tmp_path: Path) -> Iterator[Rig]:
    with rig(postgres, tmp_path) as found:
        yield found


def test_a_single_mail_leaves_at_once_when_its_transaction_commits(post: Rig) -> None:
    account = post.house.account()
    version = post.house.raw_version(account)
    [alice, bob] = post.house.people(account, 2, state="inactive")
    post.start_sender(idle_poll_s=30.0)
    post.house.plan_one(account, alice, version)
    post.wait(lambda: len(post.accepted()) == 1, "the first mail")
    time.sleep(0.3)  # now it listens and sleeps
    with post.house.db.transaction():
        send = post.house.plan_one(account, bob, version)
        time.sleep(0.3)
        assert len(post.accepted()) == 1, "it left before the commit"
        before = time.time()
    post.wait(lambda: len(post.accepted()) == 2, "the second mail", 5)
    assert post.accepted()[1][2] - before < 2
    post.wait_done(send)
    assert post.house.states(send) == {"accepted": 2}
    assert post.house.value("SELECT sent_by_smtp_at IS NOT NULL FROM account WHERE id = %s", [account])


def test_without_a_server_it_lands_in_the_inbox(post: Rig) -> None:
    account = post.house.account()
    send = post.house.plan_one(
        account,
        post.house.people(account, 1)[0],
        post.house.raw_version(account, subject="Grüße", text="Guten Tag"),
    )
    post.start_sender(relay=False)
    post.wait_done(send)
    assert post.accepted() == []
    [kept] = post.house.rows("SELECT rcpt_to, subject, mail_from, raw FROM inbox_message")
    assert (kept["rcpt_to"], kept["subject"], kept["mail_from"]) == (
        "p1@example.com",
        "Grüße",
        "alice@letters.example",
    )
    assert b"Guten Tag" in bytes(kept["raw"])
    assert post.house.value("SELECT sent_by_smtp_at IS NULL FROM account WHERE id = %s", [account])


def test_a_demo_account_never_reaches_the_server(post: Rig) -> None:
    demo = post.house.account(is_demo=True)
    people = post.house.people(demo, 3)
    send = post.house.broadcast_send(demo, people, version=post.house.raw_version(demo))
    post.start_sender()
    post.wait_done(send)
    assert post.accepted() == []
    assert post.house.value("SELECT count(*) FROM inbox_message") == 3


def test_what_servers_answer_becomes_a_state_with_a_reason(post: Rig) -> None:
    house = post.house
    account = house.account()
    people = [
        house.people(account, 1, prefix=name)[0]
        for name in ("fine", "soft", "hard", "policy", "lost-", "cut")
    ]
    send = house.broadcast_send(account, people, version=house.raw_version(account))
    post.start_sender(retry_factor=1000.0)
    for tries in (1, 2):
        post.wait(
            lambda tries=tries: (
                (house.row_of(send, people[4])["state"], house.row_of(send, people[4])["attempts"])
                == ("deferred", tries)
            ),
            "the lost one to wait",
        )
        house.db.execute("UPDATE delivery SET next_at = now() WHERE recipient_id = %s", [people[4]])
        post.wait(lambda: not house.rows("SELECT 1 FROM chunk WHERE state = 'claimed'"), "the chunk's end")
        house.db.execute("UPDATE chunk SET not_before = now()")
    post.wait(lambda: house.row_of(send, people[4])["state"] == "uncertain", "the lost one to be given up")
    fine, soft, hard, policy, lost, cut = (house.row_of(send, person) for person in people)
    assert (fine["state"], fine["code"]) == ("accepted", 250)
    assert (soft["state"], soft["code"], soft["enhanced"]) == ("deferred", 451, "4.2.1")
    assert (hard["state"], hard["reason"], hard["code"]) == ("refused", "invalid", 550)
    assert (policy["state"], policy["reason"]) == ("refused", "content")
    assert (lost["state"], lost["attempts"]) == ("uncertain", 3)
    assert cut["state"] in ("deferred", "accepted")
    states = {row["email"]: row["state"] for row in house.rows("SELECT email, state FROM subscriber")}
    assert states["hard1@example.com"] == "bounced"
    assert states["policy1@example.com"] == states["soft1@example.com"] == "active"
    assert house.value("SELECT count(*) FROM fact WHERE kind = 'subscriber_bounced'") == 1
    assert house.value("SELECT cause_kind FROM change WHERE kind = 'state'") == "bounce"
    said = {row["text"] for row in house.rows("SELECT text FROM delivery_attempt")}
    assert {"5.1.1 no such user here", "5.7.1 refused as spam", "4.2.1 try again later"} <= said
    copies = [recipient for recipient, _, _ in post.accepted() if recipient.startswith("lost")]
    assert len(copies) == 3  # never silently called sent, and not for ever


def test_a_lost_answer_is_repeated_under_the_same_message_id(post: Rig) -> None:
    account = post.house.account()
    people = post.house.people(account, 1, prefix="lost1-")
    send = post.house.broadcast_send(account, people, version=post.house.raw_version(account))
    post.start_sender(retry_factor=1 / 600)
    post.wait_done(send)
    assert post.house.states(send) == {"accepted": 1}
    assert len(post.accepted()) == 2
    assert len({message_id for _, message_id, _ in post.accepted()}) == 1


def test_sigterm_drains_and_leaves_nothing_open(post: Rig) -> None:
    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 3000), version=post.house.raw_version(account)
    )
    process = post.start_sender()
    post.wait(lambda: len(post.accepted()) > 300, "some of it to leave")
    process.send_signal(signal.SIGTERM)
    assert process.wait(25) == 0
    states = post.house.states(send)
    assert "intent" not in states
    assert 0 < states["accepted"] == len(post.accepted()) < 3000
    assert post.house.value("SELECT count(*) FROM chunk WHERE state = 'claimed'") == 0
    assert list((post.root / "data" / "sender-0").glob("journal-*")) == []
    post.start_sender()
    post.wait_done(send)
    assert post.check(send) == 0


def test_a_pause_holds_back_all_but_a_batch_and_a_resume_goes_on(post: Rig) -> None:
    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 4000), version=post.house.raw_version(account)
    )
    process = post.start_sender()
    post.wait(lambda: len(post.accepted()) > 200, "some of it to leave")
    post.house.db.execute("UPDATE send SET flow = 'paused' WHERE id = %s", [send])
    post.house.db.execute("SELECT pg_notify('postroom_mail', %s)", [f"halt:{send}"])
    at_pause = len(post.accepted())
    post.wait(lambda: "intent" not in post.house.states(send), "what is in the air to land")
    time.sleep(0.5)
    in_the_air = PACE.chunks_at_once * PACE.batch_rows + post.connections
    assert len(post.accepted()) - at_pause <= in_the_air
    assert process.poll() is None
    still = len(post.accepted())
    time.sleep(0.3)
    assert len(post.accepted()) == still
    post.house.db.execute("UPDATE send SET flow = 'running' WHERE id = %s", [send])
    post.wait_done(send)
    assert post.check(send) == 0
    assert post.house.states(send) == {"accepted": 4000}


def test_who_leaves_after_the_expansion_gets_nothing(post: Rig) -> None:
    account = post.house.account()
    people = post.house.people(account, 20)
    send = post.house.broadcast_send(account, people, version=post.house.raw_version(account))
    post.house.db.execute("UPDATE subscriber SET state = 'cancelled' WHERE id = ANY(%s)", [people[:5]])
    post.start_sender()
    post.wait_done(send)
    assert post.house.states(send) == {"accepted": 15, "excluded": 5}
    assert {
        row["reason"] for row in post.house.rows("SELECT reason FROM delivery WHERE state = 'excluded'")
    } == {"cancelled"}
    assert len(post.accepted()) == 15


def test_confirmations_overtake_a_running_broadcast(post: Rig) -> None:
    account = post.house.account()
    people = post.house.people(account, 20_000)
    version = post.house.raw_version(account)
    waiting = post.house.people(account, 5, prefix="new", state="inactive")
    send = post.house.broadcast_send(account, people, version=version)
    post.start_sender()
    for person in waiting:
        post.wait(lambda: len(post.accepted()) > 100, "the broadcast to run")
        at_plan = len(post.accepted())
        post.house.plan_one(account, person, version, kind="confirmation")
        post.wait(
            lambda n=waiting.index(person) + 1: sum(a[0].startswith("new") for a in post.accepted()) == n,
            "the confirmation",
        )
        place = [i for i, a in enumerate(post.accepted()) if a[0].startswith("new")][-1]
        assert place - at_plan < 5_000
    assert post.house.states(send).get("planned", 0) > 0, "the broadcast had ended: nothing was overtaken"


def test_4xx_to_everything_is_no_storm_and_drains_afterwards(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.touch()
    with rig(postgres, tmp_path, all_soft=closed) as post:
        account = post.house.account()
        send = post.house.broadcast_send(
            account, post.house.people(account, 200), version=post.house.raw_version(account)
        )
        post.start_sender(hold_first_s=0.5, hold_most_s=0.5, retry_factor=1 / 60)
        post.wait(lambda: "deferred" in post.house.states(send), "the first deferrals")
        time.sleep(3)
        tries = post.house.value("SELECT sum(attempts) FROM delivery")
        # A rest of 0.5 s after each five or so: at most what the connections had in the air each time.
        assert tries <= 8 * (5 + 2 * post.connections)
        assert post.house.value("SELECT count(*) FROM delivery WHERE state = 'refused'") == 0
        closed.unlink()
        post.wait_done(send)
        assert post.check(send) == 0
        assert post.house.states(send) == {"accepted": 200}


def test_a_server_that_is_away_costs_no_attempts(post: Rig) -> None:
    account = post.house.account()
    post.server.kill()
    post.server.wait()
    send = post.house.broadcast_send(
        account, post.house.people(account, 30), version=post.house.raw_version(account)
    )
    post.start_sender()
    post.wait(lambda: "cannot connect" in post.log(), "a try to connect")
    post.wait(lambda: post.house.states(send) == {"planned": 30}, "the rows to be put back")
    assert post.house.value("SELECT sum(attempts) FROM delivery") == 0
    assert "cannot connect" in post.log()


def test_a_broadcast_that_is_refused_as_a_whole_is_stopped(post: Rig) -> None:
    account = post.house.account()
    people = post.house.people(account, 600, prefix="policy")
    send = post.house.broadcast_send(account, people, version=post.house.raw_version(account))
    post.start_sender()
    post.wait(
        lambda: post.house.value("SELECT flow FROM send WHERE id = %s", [send]) == "paused", "the guard"
    )
    assert post.house.value("SELECT pause_reason FROM send WHERE id = %s", [send]) == "guard"
    post.wait(lambda: "intent" not in post.house.states(send), "what is in the air to land")
    assert post.house.states(send)["refused"] < 250
    assert post.house.value("SELECT count(*) FROM subscriber WHERE state <> 'active'") == 0


@pytest.mark.parametrize("prefix", ["greet-", "cut-"])
def test_a_connection_dropped_before_the_dot_costs_nobody_a_copy(post: Rig, prefix: str) -> None:
    account = post.house.account()
    people = post.house.people(account, 4, prefix=prefix) + post.house.people(account, 40)
    send = post.house.broadcast_send(account, people, version=post.house.raw_version(account))
    post.start_sender(retry_factor=1 / 600)
    post.wait_done(send)
    assert post.house.states(send) == {"accepted": 44}
    assert post.check(send) == 0


def test_a_cancel_in_mid_send_is_final_and_balances(post: Rig) -> None:
    from postroom.sending import queries, services

    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 4000), version=post.house.raw_version(account)
    )
    post.start_sender()
    post.wait(lambda: len(post.accepted()) > 200, "some of it to leave")
    assert services.cancel_send(account_id=account, send_id=send)
    assert not services.cancel_send(account_id=account, send_id=send)

    def is_swept() -> bool:
        services.sweep_cancelled()
        return not set(post.house.states(send)) & {"planned", "intent"}

    post.wait(is_swept, "the rest to be cancelled")
    [ended] = services.list_ended()
    done = services.finish_send(account_id=ended[0], send_id=ended[1])
    assert done is not None
    assert (done.send_id, done.cancelled) == (send, True)
    states = post.house.states(send)
    assert set(states) == {"accepted", "cancelled"}
    assert states["accepted"] == len(post.accepted()) < 4000
    line = queries.ledger(account, send)
    assert (line.balances, line.cancelled) == (True, states["cancelled"])


def test_progress_shows_the_rate_while_it_runs(post: Rig) -> None:
    from postroom.sending import queries

    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 15_000), version=post.house.raw_version(account)
    )
    post.start_sender()
    post.wait(lambda: queries.progress(account, send).rate_per_s > 0, "a rate")
    now = queries.progress(account, send)
    assert now.ledger.balances
    assert now.ledger.started_at is not None
    post.wait_done(send)
    post.wait(lambda: queries.progress(account, send).best_rate_per_s > 100, "the best rate")


def test_a_letter_that_cannot_be_made_stops_no_other(post: Rig) -> None:
    house = post.house
    account = house.account()
    broken = house.raw_version(account)
    house.db.execute("UPDATE content_version SET body = '{}' WHERE id = %s", [broken])
    fine = house.raw_version(account)
    people = house.people(account, 3)
    stuck = house.plan_one(account, people[0], broken)
    post.start_sender()
    house.plan_one(account, people[1], fine)
    send = house.broadcast_send(account, people, version=fine)
    post.wait_done(send)
    post.wait(lambda: house.states(stuck) == {"accepted": 1, "planned": 1}, "the other single mail")
    assert "a letter cannot be made" in post.log()
    assert post.senders[0].poll() is None


def test_what_became_overdue_while_nothing_ran_leaves_at_its_rate(post: Rig) -> None:
    house = post.house
    account = house.account()
    send = house.broadcast_send(
        account, house.people(account, 200), chunk_rows=10, version=house.raw_version(account)
    )
    house.db.execute("UPDATE send SET rate_per_s = 20")
    house.db.execute("UPDATE chunk SET not_before = now() - interval '1 hour'")
    post.start_sender()
    post.wait(lambda: len(post.accepted()) >= 10, "the first of it")
    began = time.monotonic()
    post.wait(lambda: len(post.accepted()) >= 50, "more of it")
    assert time.monotonic() - began > 1.5
    assert house.states(send)["planned"] >= 100


def test_of_a_large_rehearsal_only_both_ends_are_stored(post: Rig) -> None:
    """What the inbox does not keep is not written to be deleted; the ledger knows everybody all the same."""
    house = post.house
    account = house.account()
    people = house.people(account, 3_000)
    send = house.broadcast_send(account, people, version=house.raw_version(account), rehearsed=True)
    post.start_sender(relay=False)
    post.wait_done(send)
    assert house.states(send) == {"accepted": 3_000}
    stored = [row["recipient_id"] for row in house.rows("SELECT recipient_id FROM inbox_message")]
    assert house.value("SELECT last_value FROM inbox_message_id_seq") <= 1_000
    assert len(stored) <= 1_000
    assert {people[0], people[-1]} <= set(stored)
    assert house.value("SELECT sent_by_smtp_at IS NULL FROM account WHERE id = %s", [account])
