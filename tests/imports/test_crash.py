"""Workers killed with -9 in the middle of an import: another one goes on, and the counts are exact."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from postroom.imports import queries, services, tasks
from postroom.lib import sql
from postroom.subscribers import queries as people
from postroom.subscribers import services as subscribers
from postroom.subscribers.rules import Cause
from tests.support.server import clean_environment

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KILLS = 3
ROWS = 40_000
KNOWN, LEFT, BAD, TWICE = 500, 50, 200, 100
Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(postgres: str) -> Iterator[Start]:
    """Starts real worker processes on the test's database; none outlives the test."""
    from postroom.settings import load

    env = {"POSTROOM_DATA": str(load().data), "DATABASE_URL": postgres, "POSTROOM_MIN_FREE_DISK": "1MB"}
    env["POSTROOM_SECRET_KEY"] = "0123456789abcdef" * 4
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "postroom", "worker"]
        process = subprocess.Popen(command, env=clean_environment(**env), stderr=subprocess.DEVNULL)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def write_file() -> str:
    """People who are new, known, gone, malformed and twice there, all mixed, with a tag and a field each."""
    lines = [f"new{n}@x.com,N{n},City {n % 7},letter" for n in range(ROWS - KNOWN - LEFT - BAD - TWICE)]
    lines += [f"known{n}@x.com,K{n},Porto,letter" for n in range(KNOWN)]
    lines += [f"left{n}@x.com,L{n},Porto,letter" for n in range(LEFT)]
    lines += [f"bad{n},B,Porto,letter" for n in range(BAD)]
    random.Random(7).shuffle(lines)
    lines += [f"NEW{n}@x.com,Again,Leeds,letter" for n in range(TWICE)]
    return "Email,First Name,City,Tags\n" + "\n".join(lines) + "\n"


def wait_for(account: int, number: int, reached: Callable[[Any], bool], worker: Any) -> Any:
    until = time.monotonic() + 90
    while not reached(found := queries.get(account, number)):
        assert worker.poll() is None, "the worker ended by itself"
        assert time.monotonic() < until, f"{found.state} at line {found.cursor}"
        time.sleep(0.02)
    return found


@pytest.mark.timeout(280)
def test_a_worker_killed_in_mid_import_is_followed_by_another(
    alice: int, upload: Callable[..., Any], start_worker: Start
) -> None:
    api = Cause("api")
    for n in range(KNOWN):
        subscribers.subscribe(account_id=alice, email=f"known{n}@x.com", cause=api)
    for n in range(LEFT):
        made = subscribers.subscribe(account_id=alice, email=f"left{n}@x.com", cause=api)
        subscribers.unsubscribe(account_id=alice, subscriber_id=made.id, cause=api)
    number = upload(write_file()).pk
    services.start(account_id=alice, import_id=number)
    tasks.defer_run(account_id=alice, import_id=number)

    chance, seen = random.Random(3), [0]
    for _ in range(KILLS):
        worker = start_worker()
        wait_for(alice, number, lambda found: found.cursor > seen[-1], worker)
        time.sleep(chance.uniform(0.0, 0.3))  # somewhere in a later batch
        worker.kill()
        worker.wait()
        half = queries.get(alice, number)
        assert half.state == "running", "it ended before it was killed often enough"
        seen.append(half.cursor)
    assert len(set(seen)) == KILLS + 1
    done = wait_for(alice, number, lambda found: found.state != "running", start_worker())

    assert done.state == "finished"
    created = ROWS - KNOWN - LEFT - BAD - TWICE
    counts = (done.created_count, done.changed_count, done.left_count, done.refused_count)
    assert counts == (created, KNOWN, LEFT, BAD + TWICE)
    assert people.state_counts(alice)["active"] == created + KNOWN
    assert people.state_counts(alice)["cancelled"] == LEFT
    exact = sql.row(
        "SELECT (SELECT count(*) FROM subscriber) AS people, (SELECT count(*) FROM membership) AS places,"
        " (SELECT count(*) FROM change WHERE kind = 'created' AND cause_kind = 'import') AS made,"
        " (SELECT count(*) FROM import_error) AS refused,"
        " (SELECT count(*) FROM fact WHERE kind = 'import_finished') AS told"
    )
    tagged, refused = created + KNOWN, BAD + TWICE
    assert exact == {
        "people": tagged + LEFT, "places": tagged, "made": created, "refused": refused, "told": 1,
    }  # fmt: skip
