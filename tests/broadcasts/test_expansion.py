"""The scheduler is killed, or there are two of it: the audience is the same, nobody stands in it twice."""

import random
import threading
import time

from django.db import OperationalError, connection

from postroom.accounts.models import Account
from postroom.broadcasts import services
from postroom.sending import services as sending
from postroom.sending.models import Send
from tests.broadcasts.support import BODY
from tests.support.mailing import House

KILLS = 50


def test_killed_fifty_times_in_mid_expansion(house: House, alice: Account, relay: str) -> None:
    """The database connection goes away at a random moment of a slice, as it does with a killed process."""
    people = house.people(alice.pk, 6_000)
    letter = services.create(account_id=alice.pk, subject="Hello", body=BODY)
    letter = services.schedule(account_id=alice.pk, broadcast_id=letter.pk, at=None)
    assert letter.send_id is not None
    order = {
        "account_id": alice.pk,
        "send_id": letter.send_id,
        "audience": letter.audience,
        "slice_rows": 100,
    }
    chance, kills, slices = random.Random(50), 0, 0
    while kills < KILLS:
        killer = threading.Thread(target=_kill, args=(house, _pid(), chance.uniform(0, 0.006)))
        killer.start()
        try:
            while True:
                assert not sending.expand(**order), "it ended before it was killed often enough"
                slices += 1
                if slices % 2 == 0:  # leave enough for the next kills
                    time.sleep(0.02)
        except OperationalError:
            kills += 1
        killer.join()
        connection.close()
        house.db.execute("UPDATE send SET expand_cursor = expand_cursor - 50 WHERE expand_cursor > 100")
    while not sending.expand(**order):
        pass
    found = house.rows("SELECT recipient_id FROM delivery WHERE send_id = %s", [letter.send_id])
    assert sorted(row["recipient_id"] for row in found) == people
    assert house.states(letter.send_id) == {"planned": 6_000}


def _pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _kill(house: House, pid: int, after_s: float) -> None:
    time.sleep(after_s)
    house.db.execute("SELECT pg_terminate_backend(%s)", [pid])


def test_two_schedulers_start_a_letter_once(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 3)
    letter = services.create(account_id=alice.pk, subject="Hello", body=BODY)
    services.schedule(account_id=alice.pk, broadcast_id=letter.pk, at="2031-07-01T08:00", zone="UTC")
    house.db.execute("UPDATE broadcast SET send_at = now() - interval '1 minute'")
    gate, started = threading.Barrier(4), []

    def start() -> None:
        gate.wait(10)
        try:
            started.append(services.start_if_due(account_id=alice.pk, broadcast_id=letter.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(started) == [False, False, False, True]
    assert Send.objects.count() == 1
