"""A sender killed with -9 a hundred times in mid-broadcast, into a server that writes down what it accepts.

A quarter of the kills each with few and many connections, and with a server that answers at once and late.
"""

import os
import random
import time
from collections import Counter
from typing import Any

from bench import _mail
from bench.common import figure, save

KILLS = int(os.environ.get("BENCH_KILLS", "100"))
SETTINGS = [(connections, latency_ms) for connections in (10, 50) for latency_ms in (0, 20)]
PEOPLE_PER_KILL = 900


def main() -> None:
    rows, kills, lost, renamed = [], 0, 0, 0
    for connections, latency_ms in SETTINGS:
        found = _mail.apart(kill_often, KILLS // len(SETTINGS), connections, latency_ms)
        kills, lost, renamed = kills + found["kills"], lost + found["lost"], renamed + found["renamed"]
        how = f"{connections} connections, {latency_ms} ms"
        rows += [
            figure(f"rows that are not accepted, {how}", found["open"], "rows", 0, at_most=True),
            figure(f"copies per kill, {how}", found["copies"], "copies", connections, at_most=True),
            figure(f"answers lost per kill, {how}", found["ambiguous"], "rows", connections, at_most=True),
        ]
    rows = [
        figure("times a sender was killed with -9", kills, "kills", KILLS),
        figure(f"of {KILLS * PEOPLE_PER_KILL:,} people, lost", lost, "people", 0, at_most=True),
        figure("copies under another Message-ID", renamed, "copies", 0, at_most=True),
        *rows,
    ]
    save("crash", rows)


def kill_often(wanted: int, connections: int, latency_ms: int) -> dict[str, Any]:
    """What `wanted` kills in one broadcast came to; copies and lost answers per kill."""
    from tests.support import recorder
    from tests.support.mailing import House

    chance, people = random.Random(7), wanted * PEOPLE_PER_KILL
    with _mail.database() as (dsn, root):
        record = root / "record"
        server, port = recorder.start(record, latency_ms=latency_ms)
        house = House(dsn)
        account, send = _mail.make_broadcast(house, people)
        _mail.expand_all(account, send)
        kills = 0
        open_rows = "SELECT count(*) FROM delivery WHERE send_id = %s AND state IN ('planned', 'intent')"
        try:
            while kills < wanted and house.value(open_rows, [send]):
                size = record.stat().st_size if record.exists() else 0
                sender = _mail.Sender(dsn, root, port, connections)
                while (record.stat().st_size if record.exists() else 0) == size:
                    time.sleep(0.005)
                time.sleep(chance.uniform(0.0, 0.25))
                sender.kill()
                kills += 1
                print(f"\r{connections} connections, {latency_ms} ms: {kills} kills ", end="", flush=True)
            print()
            last = _mail.Sender(dsn, root, port, connections)
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
    return {
        "kills": kills,
        "lost": len(expected - set(copies)),
        "renamed": len(ids) - len(copies),
        "open": people - states.get("accepted", 0),
        "copies": (sum(copies.values()) - len(copies)) / max(kills, 1),
        "ambiguous": ambiguous / max(kills, 1),
    }


if __name__ == "__main__":
    main()
