"""Hits reach the database once, by the right verdict, and somebody who wants to leave is gone at once."""

import os
import subprocess
import sys

import pytest

from postroom.tracking import services, spool


def test_opens_and_clicks_add_up(letter, drain):
    letter.hit("open", 0, 300)
    letter.hit("open", 0, 200)
    letter.hit("click", 0, 190, no=2, url="https://a.example/notes")
    assert drain() == 3
    done = letter.done(0)
    assert (done["opens"], done["clicks"], done["machine_opens"], done["machine_clicks"]) == (2, 1, 0, 0)
    assert done["first_open_at"] < done["last_open_at"] < done["first_click_at"]
    link = letter.house.rows("SELECT * FROM link_click")[0]
    assert (link["link_no"], link["url"], link["clicks"]) == (2, "https://a.example/notes", 1)
    assert drain() == 0


def test_a_replay_counts_nothing_twice(letter, drain):
    letter.hit("open", 0, 300)
    letter.hit("click", 0, 190, no=1)
    drain()
    before = letter.done(0)
    letter.house.db.execute("DELETE FROM spool_position")  # as if the position had been lost
    assert drain() == 2
    assert letter.done(0) == before
    assert letter.house.value("SELECT count(*) FROM hit") == 2
    services.settle_clicks()
    letter.house.db.execute("DELETE FROM spool_position")
    drain()
    assert services.settle_clicks() == 0
    assert len(letter.facts("link_clicked")) == 1


def test_machines_are_kept_apart(letter, drain):
    letter.hit("open", 0, 300, agent="Mozilla/5.0")  # Apple loads every picture
    letter.hit("open", 1, 1799.5)  # half a second after acceptance
    letter.hit("click", 1, 1799, no=1)
    letter.hit("probe", 2, 200, no=1)
    drain()
    assert (letter.done(0)["opens"], letter.done(0)["machine_opens"]) == (0, 1)
    assert (letter.done(1)["machine_opens"], letter.done(1)["machine_clicks"]) == (1, 1)
    assert (letter.done(1)["opens"], letter.done(1)["clicks"]) == (0, 0)
    assert letter.done(2)["clicks"] == letter.done(2)["machine_clicks"] == 0
    services.settle_clicks()
    assert letter.facts("link_clicked") == []


def test_a_burst_over_every_link_moves_to_the_machines(letter, drain):
    letter.hit("open", 0, 100.2)
    for no in range(5):
        letter.hit("click", 0, 100 - no / 10, no=no)
    letter.hit("open", 0, 50)  # the reader comes later, from inside the scanned company
    letter.hit("click", 0, 40, no=3)
    drain()
    assert letter.done(0)["clicks"] == 6
    assert services.settle_clicks() == 6
    done = letter.done(0)
    assert (done["clicks"], done["machine_clicks"], done["opens"], done["machine_opens"]) == (1, 5, 1, 1)
    assert done["first_click_at"] == done["last_click_at"] > done["first_open_at"]
    links = letter.house.rows("SELECT link_no, clicks, machine_clicks FROM link_click ORDER BY link_no")
    assert [(row["clicks"], row["machine_clicks"]) for row in links] == [(0, 1)] * 3 + [(1, 1), (0, 1)]
    (fact,) = letter.facts("link_clicked")
    assert (fact["subscriber_id"], fact["subject_id"]) == (letter.people[0], letter.send_id)
    assert fact["payload"]["link_no"] == 3


def test_a_fresh_click_waits_for_its_second_look(letter, drain):
    letter.hit("click", 0, 1, no=1)
    drain()
    assert services.settle_clicks() == 0
    assert letter.facts("link_clicked") == []


def test_one_click_unsubscribes_once(letter, drain):
    letter.hit("unsubscribe", 0, 5)
    letter.hit("unsubscribe", 0, 4)
    letter.hit("open", 1, 300)
    drain()
    assert letter.state(0) == "cancelled"
    assert letter.state(1) == "active"
    assert letter.done(0)["unsubscribed_at"] is not None
    assert len(letter.facts("subscriber_unsubscribed")) == 1
    changes = letter.house.rows(
        "SELECT * FROM change WHERE kind = 'state' AND subscriber_id = %s", [letter.people[0]]
    )
    assert [(row["cause_kind"], row["cause_id"]) for row in changes] == [("unsubscribe", letter.send_id)]


@pytest.mark.parametrize("state", ["bounced", "complained"])
def test_unsubscribing_does_not_hide_a_bounce(letter, drain, state):
    letter.house.db.execute("UPDATE subscriber SET state = %s WHERE id = %s", [state, letter.people[0]])
    letter.hit("unsubscribe", 0, 5)
    drain()
    assert letter.state(0) == state


def test_what_belongs_to_no_send_is_dropped(letter, drain):
    letter.hit("open", 0, 300, send_id=987_654)
    letter.hit("click", 0, 300, no=1, account_id=987_654)
    letter.hit("unsubscribe", 10**12, 5)
    assert drain() == 3
    assert letter.house.value("SELECT count(*) FROM engagement") == 0


def test_odd_input_does_not_stop_the_drain(letter, drain):
    letter.hit("open", 0, 300, agent="Mozilla \x00 é" + "x" * 400, ip="no address")
    letter.hit("open", 1, 300, ip="fe80::1%eth0")
    letter.hit("open", 2, 300, ip="2001:db8::7")
    assert drain() == 3
    assert letter.house.value("SELECT count(*) FROM hit") == 3


def test_a_finished_segment_is_deleted_after_it_was_stored(letter, drain):
    letter.hit("open", 0, 300)
    drain()
    assert len(spool.list_segments(letter.spool)) == 1
    letter.writer.close()
    drain()
    assert spool.list_segments(letter.spool) == []
    assert letter.house.value("SELECT count(*) FROM spool_position") == 0
    assert letter.done(0)["opens"] == 1


def test_a_record_that_no_database_takes_is_put_aside(letter, drain):
    letter.hit("open", 0, 300)
    letter.hit("open", 1, 300, send_id=2**63 + 5)
    letter.hit("open", 2, 300)
    while drain():
        pass
    assert [letter.done(person)["opens"] for person in (0, 1, 2)] == [1, 0, 1]
    kept = (letter.spool / "parked.jsonl").read_text().splitlines()
    assert len(kept) == 1
    assert str(2**63 + 5) in kept[0]


def test_a_link_beyond_the_numbers_is_counted_with_the_last(letter, drain):
    letter.hit("click", 0, 190, no=40_000)
    drain()
    assert letter.house.value("SELECT link_no FROM link_click") == 32_767


def test_a_broken_segment_holds_up_no_other(letter, drain, monkeypatch):
    from postroom.tracking.services import drain as module

    letter.hit("unsubscribe", 0, 10)
    store = module._store_segment

    def fail(path, limit):
        if path.name == "0000":
            raise RuntimeError("broken")
        return store(path, limit)

    (path,) = spool.list_segments(letter.spool)
    monkeypatch.setattr(spool, "list_segments", lambda _: [path.with_name("0000"), path])
    monkeypatch.setattr(module, "_store_segment", fail)
    with pytest.raises(RuntimeError):
        drain()
    assert letter.state(0) == "cancelled"


def test_hits_wait_while_the_database_is_away(letter, drain):
    """The spool takes everything meanwhile; the first round afterwards stores it."""
    from django.db import DatabaseError, connection

    letter.hit("open", 0, 300)
    letter.house.db.execute("ALTER TABLE hit RENAME TO hit_away")
    try:
        with pytest.raises(DatabaseError):
            drain()
        letter.hit("open", 1, 200)
    finally:
        connection.close()
        letter.house.db.execute("ALTER TABLE hit_away RENAME TO hit")
    assert drain() == 2
    assert letter.done(0)["opens"] == letter.done(1)["opens"] == 1


DRAIN_FOREVER = """
import os, sys, time
from pathlib import Path
import django
django.setup(set_prefix=False)
from postroom.tracking import services
while True:
    done = services.drain_spool(directory=Path(sys.argv[1]), limit=20)
    print(done, flush=True)
    if not done:
        time.sleep(0.01)
"""


@pytest.mark.crash
def test_a_killed_drain_neither_loses_nor_doubles(letter, drain):
    for n in range(2_000):
        letter.hit("open", n % 5, 600 - n / 10)
    for delay_lines in (3, 7, 12, 25):
        command = [sys.executable, "-c", DRAIN_FOREVER, str(letter.spool)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as child:
            for _ in range(delay_lines):
                assert child.stdout.readline()
            child.kill()
    while drain():
        pass
    assert letter.house.value("SELECT sum(opens) FROM engagement") == 2_000
    assert letter.house.value("SELECT count(*) FROM hit") == 2_000
