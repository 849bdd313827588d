"""A sender killed with -9, stopped, overtaken; the database restarted: nobody is lost, copies are few and
equal."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from postroom.config.postgres import Cluster
from tests.support import database
from tests.support.mailing import House
from tests.support.rig import Rig, rig

pytestmark = pytest.mark.crash
KILLS = 20
PEOPLE = 12_000


@pytest.fixture
def post(transactional_db: None, postgres: str, tmp_path: Path) -> Iterator[Rig]:
    with rig(postgres, tmp_path, latency_ms=2) as found:
        yield found


def test_killed_twenty_times_at_random_points(post: Rig) -> None:
    """0 lost; per kill at most as many copies as connections, each under the same Message-ID, each to
    somebody whose
    row says that it was tried more than once."""
    chance = random.Random(20)
    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, PEOPLE), version=post.house.raw_version(account)
    )
    kills = 0
    while kills < KILLS:
        before = len(post.accepted())
        process = post.start_sender()
        post.wait(lambda n=before: len(post.accepted()) > n, "the sender to begin")
        time.sleep(chance.uniform(0.0, 0.12))
        process.kill()
        process.wait()
        kills += 1
        assert {"planned", "intent"} & set(post.house.states(send)), (
            "it ended before it was killed often enough"
        )
    post.start_sender()
    post.wait_done(send, 90)
    assert post.house.states(send) == {"accepted": PEOPLE}
    duplicates = post.check(send, kills=kills)
    tried_again = {
        row["email"]
        for row in post.house.rows(
            "SELECT email FROM delivery d JOIN subscriber p ON p.id = recipient_id WHERE attempts > 1"
        )
    }
    seen: set[str] = set()
    for recipient, _, _ in post.accepted():
        assert recipient not in seen or recipient in tried_again
        seen.add(recipient)
    print(f"{kills} kills, {duplicates} copies, {len(tried_again)} rows tried again")


def test_the_journal_lost_with_its_machine(post: Rig) -> None:
    """Another sender takes over after two lease lengths; copies are bounded by what was declared."""
    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 3000), version=post.house.raw_version(account)
    )
    process = post.start_sender(data="lost", lease_s=1.0, heartbeat_s=0.3)
    post.wait(lambda: len(post.accepted()) > 500, "some of it to leave")
    process.kill()
    process.wait()
    assert "intent" in post.house.states(send)
    post.start_sender(data="other", lease_s=1.0, heartbeat_s=0.3)
    post.wait_done(send)
    assert post.house.states(send) == {"accepted": 3000}
    assert post.check(send, kills=1, connections=4 * 100 + post.connections) >= 0


def test_a_sender_that_slept_past_its_lease_is_fenced(post: Rig) -> None:
    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 3000), version=post.house.raw_version(account)
    )
    sleeper = post.start_sender(data="one", lease_s=1.0, heartbeat_s=0.3)
    post.wait(lambda: len(post.accepted()) > 300, "some of it to leave")
    os.kill(sleeper.pid, signal.SIGSTOP)
    post.start_sender(data="two", lease_s=1.0, heartbeat_s=0.3)
    post.wait_done(send)
    os.kill(sleeper.pid, signal.SIGCONT)
    time.sleep(1.5)
    assert sleeper.poll() is None, post.log()
    assert post.house.states(send) == {"accepted": 3000}
    # What lay in the sleeper's sockets when it was stopped, and what it had declared without a journal at
    # hand.
    post.check(send, kills=1, connections=4 * 100 + 2 * post.connections)
    again = post.house.broadcast_send(
        account, post.house.people(account, 500, prefix="later"), version=post.house.raw_version(account)
    )
    post.wait_done(again)
    assert post.house.states(again) == {"accepted": 500}


def test_a_journal_that_cannot_grow_stops_the_sending(post: Rig) -> None:
    """Nothing is sent that the journal does not know of; with room again it goes on."""
    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 1000), version=post.house.raw_version(account)
    )
    process = post.start_sender(wrap=("prlimit", "--fsize=6400"))  # 200 records: a hundred messages
    post.wait(lambda: "journal cannot be written" in post.log(), "the alarm")
    time.sleep(1)
    assert 0 < len(post.accepted()) <= 200
    assert process.poll() is None
    process.kill()
    process.wait()
    post.start_sender()
    post.wait_done(send)
    assert post.house.states(send) == {"accepted": 1000}
    post.check(send, kills=2)


def test_two_senders_share_without_a_copy(post: Rig) -> None:
    account = post.house.account()
    send = post.house.broadcast_send(
        account, post.house.people(account, 6000), version=post.house.raw_version(account)
    )
    post.start_sender()
    post.start_sender()
    post.wait_done(send)
    assert post.check(send) == 0
    assert (post.root / "data" / "sender-1" / "name").exists()


@pytest.mark.parametrize(
    ("how", "commits"), [("fast", "on"), ("immediate", "on"), ("immediate", "off"), ("outage", "on")]
)
def test_the_database_restarts_in_mid_send(tmp_path: Path, how: str, commits: str) -> None:
    """Also after a crash that took the last commits with it (`off`), where copies are what was lost with
    them."""
    data = tmp_path / "pg"
    data.parent.chmod(0o711)
    for parent in [data, *data.parents][:4]:
        if parent.exists():
            parent.chmod(0o711)
    cluster = database.new_cluster(data, synchronous_commit=commits)
    database.start(cluster)
    try:
        with rig(cluster.dsn, tmp_path, latency_ms=2) as post:
            account = post.house.account()
            send = post.house.broadcast_send(
                account, post.house.people(account, 6000), version=post.house.raw_version(account)
            )
            process = post.start_sender()
            post.wait(lambda: len(post.accepted()) > 500, "some of it to leave")
            restart(cluster, how, post)
            post.house.close()
            post.house = type(post.house)(cluster.dsn)
            post.wait_done(send, 60)
            assert process.poll() is None, post.log()
            assert post.house.states(send) == {"accepted": 6000}
            copies = post.check(send, kills=1, connections=2_000 if commits == "off" else post.connections)
            assert commits == "off" or copies == 0
    finally:
        database.remove(cluster)


def restart(cluster: Cluster, how: str, post: Rig) -> None:
    if how == "immediate":
        pid = cluster.pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)  # as a crash: recovery at the next start
        while cluster.pid() is not None:
            time.sleep(0.05)
    else:
        cluster.stop()
    time.sleep(0.5)
    if how == "outage":  # longer than anybody waits for a connection
        before = len(post.accepted())
        time.sleep(12)
        assert len(post.accepted()) == before, "it went on without its ledger"
    cluster.start()


def test_with_hold_nobody_gets_a_copy_and_who_may_be_lost_is_listed(post: Rig) -> None:
    """No copy at all; whoever did not get it stands in the list of the uncertain, and can be sent it then."""
    from postroom.sending import services

    house, people, chance = post.house, 6_000, random.Random(21)
    account = house.account()
    send = house.broadcast_send(account, house.people(account, people), version=house.raw_version(account))
    house.db.execute("UPDATE send SET ambiguous = 'hold'")
    for _ in range(10):
        before = len(post.accepted())
        process = post.start_sender()
        post.wait(lambda n=before: len(post.accepted()) > n, "the sender to begin")
        time.sleep(chance.uniform(0.0, 0.12))
        process.kill()
        process.wait()
        assert {"planned", "intent"} & set(house.states(send)), "it ended before it was killed often enough"
    post.start_sender()
    post.wait_done(send)
    states = house.states(send)
    uncertain = {row["email"] for row in _people_in(house, "uncertain")}
    assert states.get("uncertain", 0) == len(uncertain) <= 10 * post.connections
    assert states["accepted"] + len(uncertain) == people
    assert post.check(send) == 0
    lost = {row["email"] for row in house.rows("SELECT email FROM subscriber")} - {
        recipient for recipient, _, _ in post.accepted()
    }
    assert lost <= uncertain
    if uncertain:
        assert services.resend(account_id=account, send_id=send, which="uncertain") == len(uncertain)
        post.wait_done(send)
        assert house.states(send) == {"accepted": people}
    print(f"10 kills, {len(uncertain)} uncertain, of whom {len(lost)} had not got it")


def _people_in(house: House, state: str) -> list[dict[str, Any]]:
    return house.rows(
        "SELECT email FROM delivery d JOIN subscriber p ON p.id = recipient_id WHERE d.state = %s", [state]
    )
