"""A backup taken while a letter leaves, restored elsewhere: nobody gets a second copy unasked."""

import shutil
import threading
import time

import psycopg
import pytest

from tests.support import recorder
from tests.support.crash import plain_version
from tests.support.mailing import House
from tests.support.server import Server, run
from tests.support.users import open_directory

pytestmark = [pytest.mark.slow, pytest.mark.crash, pytest.mark.timeout(240)]
PEOPLE = 700


@pytest.fixture
def relays():
    """Two mail servers that write down what they take: (record, port) each."""
    root = open_directory()
    started = [recorder.start(root / name, latency_ms=10) for name in ("old", "new")]
    yield [(root / name, port) for name, (_, port) in zip(("old", "new"), started, strict=True)]
    for process, _ in started:
        process.kill()
        process.communicate()
    shutil.rmtree(root)


def smtp(port: int) -> dict[str, str]:
    return {"POSTROOM_SMTP_URL": f"smtp://127.0.0.1:{port}", "POSTROOM_SENDER_CONNECTIONS": "2"}


def until(condition, timeout_s: float = 60) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nobody_gets_a_second_copy_unasked(relays):
    (old_record, old_port), (new_record, new_port) = relays
    with Server(**smtp(old_port)) as old:
        house = House(old.dsn)
        account = house.account()
        people = house.people(account, PEOPLE)
        send = house.broadcast_send(account, people, version=plain_version(house, account))
        until(lambda: len(recorder.read(old_record)) > 100)
        file = old.root / "backup.tar"
        done = run("backup", str(file), "--with-key", **old.env)
        assert done.returncode == 0, done.stderr
        left_before = {recipient for recipient, _, _ in recorder.read(old_record)}
        assert len(left_before) < PEOPLE, "the letter was through before the backup was made"

        new = Server(**smtp(new_port))
        done = run("restore", str(file), **new.env)
        assert done.returncode == 0, done.stderr
        try:
            new.start()
            time.sleep(4)
            assert recorder.read(new_record) == []  # everything is held
            copy = House(new.dsn)
            assert copy.rows("select flow, pause_reason from send where id = %s", [send]) == [
                {"flow": "paused", "pause_reason": "restored"}
            ]
            known = copy.rows(
                "select s.email from delivery d "
                "join subscriber s on s.account_id = d.account_id and s.id = d.recipient_id "
                "where d.send_id = %s and d.state = 'accepted'",
                [send],
            )
            already = {row["email"] for row in known}
            assert already
            assert already <= left_before
            # Somebody looked and says: go on. Whoever the archive knows to have it gets no second one.
            copy.db.execute("update send set flow = 'running', pause_reason = '' where id = %s", [send])
            copy.db.execute("notify postroom_mail")
            until(lambda: not set(copy.states(send)) & {"planned", "intent", "deferred"}, 120)
            again = {recipient for recipient, _, _ in recorder.read(new_record)}
            assert again
            assert not again & already
            copy.close()
        finally:
            new.stop()
            new.remove()
        # The old one went on undisturbed and reached everybody once.
        until(lambda: len(recorder.read(old_record)) >= PEOPLE)
        reached = [recipient for recipient, _, _ in recorder.read(old_record)]
        assert len(reached) == len(set(reached)) == PEOPLE
        house.close()


def test_the_snapshot_is_consistent_under_writes(relays):
    """Rows written together are in the archive together or not at all."""
    with Server() as server:
        with psycopg.connect(server.dsn, autocommit=True) as writer:
            writer.execute("create table pair (side text, n int)")
            writer.execute(
                "insert into pair select s, n from generate_series(1, 1000) n, (values ('a'), ('b')) v(s)"
            )
            stop = threading.Event()

            def write() -> None:
                n = 1000
                while not stop.is_set():
                    n += 1
                    writer.execute("insert into pair values ('a', %s), ('b', %s)", [n, n])

            thread = threading.Thread(target=write)
            thread.start()
            file = server.root / "backup.tar"
            done = run("backup", str(file), "--with-key", **server.env)
            stop.set()
            thread.join()
        assert done.returncode == 0, done.stderr
        restored = Server()
        assert run("restore", str(file), **restored.env).returncode == 0
        restored.start()
        try:
            with psycopg.connect(restored.dsn) as reader:
                sides = dict(reader.execute("select side, count(*) from pair group by 1").fetchall())
            assert sides["a"] == sides["b"] > 1000
        finally:
            restored.stop()
            restored.remove()
