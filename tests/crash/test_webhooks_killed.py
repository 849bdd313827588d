"""Workers that deliver, killed with -9 at any moment: every delivery arrives, few of them twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.support.mailing import House
from tests.support.server import clean_environment
from tests.webhooks.target import Target

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]
DELIVERIES, KILLS = 1_200, 5
WORKER = """
import django, signal, sys, threading, uvloop
django.setup()
from postroom.webhooks.deliver import Deliverer
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
uvloop.run(Deliverer(dsn=sys.argv[1], allow_private=True).run(stop))
"""


@pytest.fixture
def house(transactional_db: None, postgres: str) -> Iterator[House]:
    found = House(postgres)
    yield found
    found.close()


@pytest.fixture
def target() -> Iterator[Target]:
    made = Target()
    made.start()
    yield made
    made.stop()


def start(dsn: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(("POSTROOM_", "DJANGO_"))}
    environment = clean_environment(**kept | {"DATABASE_URL": dsn})
    return subprocess.Popen([sys.executable, "-c", WORKER, dsn], env=environment)


def test_kit_4_killed_again_and_again_at_least_once(house: House, postgres: str, target: Target) -> None:
    account = house.account()
    hook = house.value(
        "INSERT INTO hook (account_id, event, target_url, host, status, reason)"
        " VALUES (%s, 'subscriber_activate', %s, '127.0.0.1', 'enabled', '') RETURNING id",
        [account, f"{target.url}/"],
    )
    house.db.execute(
        "INSERT INTO hook_delivery (account_id, hook_id, fact_id, body, host, state)"
        " SELECT %s, %s, n, n::text, '127.0.0.1', 'waiting' FROM generate_series(1, %s) n",
        [account, hook, DELIVERIES],
    )
    chance = random.Random(4)
    for _ in range(KILLS):
        worker, before, until = start(postgres), len(target.calls), time.monotonic() + 20
        while len(target.calls) == before and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        # What the dead one held comes back when its lease ends; that minute is skipped here.
        house.db.execute("UPDATE hook_delivery SET next_at = now() WHERE state = 'waiting'")
    last, until = start(postgres), time.monotonic() + 120
    while house.value("SELECT count(*) FROM hook_delivery WHERE state <> 'delivered'"):
        assert time.monotonic() < until
        time.sleep(0.1)
    last.terminate()
    assert last.wait(20) == 0
    arrived = [call.body for call in target.calls]
    assert len(set(arrived)) == DELIVERIES, "every one arrived"
    assert len(arrived) - DELIVERIES <= KILLS * 400, "twice came only what was on its way at a kill"
    assert house.value("SELECT count(*) FROM hook_attempt") == DELIVERIES
