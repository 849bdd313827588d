"""A broadcast to 100,000 people, end to end: expansion, ledger, Liquid, 5 tracked links, MIME, SMTP into a
sink.

Database, senders and sink share this machine. The clock runs from the first slice of the expansion to the
last row
that is accepted; the senders are running and idle before.
"""

import os
import time

from bench import _mail
from bench.common import figure, save

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
MOST_SENDERS = int(os.environ.get("BENCH_SENDERS", "2"))


def main() -> None:
    rows = []
    for senders in range(1, MOST_SENDERS + 1):
        rows += _mail.apart(measure, senders)
    best = max(row["value"] for row in rows if row["name"].startswith("broadcast"))
    rows.append(figure("broadcast, as many sender processes as pay", best, "messages/s", 4_300))
    save("send", rows)


def measure(senders: int) -> list[dict]:
    """Messages per second, overall and per processor second of the senders."""
    from tests.support.mailing import House

    with _mail.database() as (dsn, root), _mail.sink() as port:
        house = House(dsn)
        account, send = _mail.make_broadcast(house, PEOPLE)
        running = [_mail.Sender(dsn, root, port) for _ in range(senders)]
        try:
            _mail.wait_ready(house, senders)
            before = sum(sender.cpu_s() for sender in running)
            start = time.perf_counter()
            expanded_s = _mail.expand_all(account, send)
            _mail.wait_done(house, send)
            seconds = time.perf_counter() - start
            cpu_s = sum(sender.cpu_s() for sender in running) - before
            memory_mb = max(sender.memory_mb() for sender in running)
        finally:
            for sender in running:
                sender.stop()
        assert house.states(send) == {"accepted": PEOPLE}, house.states(send)
        house.close()
    name = f"{senders} sender process{'es' if senders > 1 else ''}"
    return [
        figure(
            f"broadcast to {PEOPLE:,}, {name}",
            PEOPLE / seconds,
            "messages/s",
            2_500 if senders == 1 else None,
        ),
        figure(f"… per processor second of the sender, {name}", PEOPLE / cpu_s, "messages/s"),
        figure(f"… expansion, {name}", expanded_s, "s"),
        figure(f"… memory of one sender, {name}", memory_mb, "MB"),
    ]


if __name__ == "__main__":
    main()
