"""Workers that move people through a sequence, killed with -9: nobody is lost, nobody gets one twice."""

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

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]
PEOPLE, KILLS = 1_500, 6
WORKER = """
import django
django.setup()
from postroom.sequences import services
while services.send_due(limit=40):
    pass
"""


@pytest.fixture
def house(transactional_db: None, postgres: str) -> Iterator[House]:
    found = House(postgres)
    yield found
    found.close()


def start(dsn: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if name.startswith(("POSTROOM_", "DJANGO_"))}
    environment = clean_environment(**kept | {"DATABASE_URL": dsn})
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment)


def test_two_workers_killed_again_and_again(house: House, postgres: str) -> None:
    from postroom.accounts.models import Account
    from tests.sequences.support import course

    account = Account.objects.get(id=house.account())
    sequence = course(account, "One", "Two", "Three", delay_days=0)
    people = house.people(account.pk, PEOPLE)
    house.db.execute(
        "SELECT sequences_enrol(%s, %s, id, '', 'api', NULL, '') FROM subscriber WHERE account_id = %s",
        [account.pk, sequence.pk, account.pk],
    )
    chance = random.Random(7)
    kills = 0
    while house.value("SELECT count(*) FROM enrolment WHERE due_at IS NOT NULL"):
        workers = [start(postgres) for _ in range(2)]
        if kills < KILLS:
            before = planned(house)
            until = time.monotonic() + 20
            while planned(house) == before and any(w.poll() is None for w in workers):
                assert time.monotonic() < until
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.15))
            for worker in workers:
                worker.send_signal(signal.SIGKILL)
            kills += 1
        for worker in workers:
            worker.wait(60)
    assert kills >= 3, "it ended before it was killed often enough"

    rows = house.rows(
        "SELECT send_id, count(*) AS n, count(DISTINCT recipient_id) AS people, max(nth) AS nth"
        " FROM delivery WHERE account_id = %s GROUP BY send_id",
        [account.pk],
    )
    assert [(row["n"], row["people"], row["nth"]) for row in rows] == [(PEOPLE, PEOPLE, 0)] * 3
    assert house.value("SELECT count(*) FROM chunk WHERE account_id = %s", [account.pk]) == 3 * PEOPLE
    assert house.value("SELECT count(*) FROM enrolment WHERE state = 'completed'") == PEOPLE
    completed = house.rows("SELECT subscriber_id FROM fact WHERE kind = 'sequence_completed'")
    assert sorted(row["subscriber_id"] for row in completed) == people
    print(f"{kills} kills")


def planned(house: House) -> int:
    return int(house.value("SELECT count(*) FROM delivery"))
