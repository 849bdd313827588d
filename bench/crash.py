"""A sender killed with -9 a hundred times in mid-broadcast, into a server that writes down what it
accepts."""

import os
import random
import time
from collections import Counter

from bench import _mail
from bench.common import figure, save

KILLS = int(os.environ.get("BENCH_KILLS", "100"))
CONNECTIONS = 8
PEOPLE = KILLS * 900


def main() -> None:
    from tests.support import recorder
    from tests.support.mailing import House

    chance = random.Random(7)
    with _mail.database() as (dsn, root):
        record = root / "record"
        server, port = recorder.start(record, latency_ms=2)
        house = House(dsn)
        account, send = _mail.make_broadcast(house, PEOPLE)
        _mail.expand_all(account, send)
        kills = ambiguous = 0
        open_rows = "SELECT count(*) FROM delivery WHERE send_id = %s AND state IN ('planned', 'intent')"
        try:
            while kills < KILLS and house.value(open_rows, [send]):
                size = record.stat().st_size if record.exists() else 0
                sender = _mail.Sender(dsn, root, port, CONNECTIONS)
                while (record.stat().st_size if record.exists() else 0) == size:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0.0, 0.25))
                sender.kill()
                kills += 1
                print(f"\r{kills} kills", end="", flush=True)
            print()
            last = _mail.Sender(dsn, root, port, CONNECTIONS)
            _mail.wait_done(house, send)
            last.stop()
        finally:
            server.kill()
            server.communicate()
        accepted = recorder.read(record)
        copies = Counter(recipient for recipient, _, _ in accepted)
        ids = {(recipient, message_id) for recipient, message_id, _ in accepted}
        expected = {row["email"] for row in house.rows("SELECT email FROM subscriber")}
        ambiguous = house.value(
            "SELECT count(*) FROM delivery_attempt WHERE send_id = %s AND stage = 'answer'", [send]
        )
        states = house.states(send)
        house.close()
    duplicates = sum(copies.values()) - len(copies)
    save(
        "crash",
        [
            figure("times a sender was killed with -9", kills, "kills", KILLS),
            figure(f"of {PEOPLE:,} people, lost", len(expected - set(copies)), "people", 0, at_most=True),
            figure("rows that are not accepted", PEOPLE - states.get("accepted", 0), "rows", 0, at_most=True),
            figure("copies per kill", duplicates / kills, "copies", CONNECTIONS, at_most=True),
            figure("copies under another Message-ID", len(ids) - len(copies), "copies", 0, at_most=True),
            figure(
                "rows whose answer was lost, per kill", ambiguous / kills, "rows", CONNECTIONS, at_most=True
            ),
        ],
    )


if __name__ == "__main__":
    main()
