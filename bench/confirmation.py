"""How soon a confirmation is accepted while a broadcast to 100,000 people runs through the same sender."""

import os
import time

from bench import _mail
from bench.common import figure, save

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
CONFIRMATIONS = 30


def main() -> None:
    from tests.support import recorder
    from tests.support.mailing import House

    with _mail.database() as (dsn, root):
        record = root / "record"
        server, port = recorder.start(record)
        house = House(dsn)
        account, send = _mail.make_broadcast(house, PEOPLE)
        people = house.people(account, CONFIRMATIONS, prefix="new", state="inactive")
        version = house.raw_version(account, subject="Confirm your subscription")
        sender = _mail.Sender(dsn, root, port)
        planned: list[float] = []
        try:
            _mail.wait_ready(house, 1)
            _mail.expand_all(account, send)
            while not record.exists():
                time.sleep(0.01)
            for person in people:
                house.plan_one(account, person, version, kind="confirmation")
                planned.append(time.time())
                time.sleep(0.25)
            running = bool(
                house.value("SELECT count(*) FROM chunk WHERE send_id = %s AND state <> 'done'", [send])
            )
            _mail.wait_done(house, send)
        finally:
            sender.stop()
            server.kill()
            server.communicate()
        accepted = recorder.read(record)
        house.close()
    places = {recipient: place for place, (recipient, _, _) in enumerate(accepted)}
    times = {recipient: at for recipient, _, at in accepted}
    waits, overtaken = [], []
    for number, at in enumerate(planned, start=1):
        name = f"new{number}@example.com"
        waits.append(times[name] - at)
        overtaken.append(sum(1 for _, _, other in accepted[: places[name]] if other > at))
    waits.sort()
    if not running:
        print("The broadcast ended before the last confirmation: some waited for nothing.")
    save(
        "confirmation",
        [
            figure("confirmation accepted, median", waits[len(waits) // 2], "s", 2, at_most=True),
            figure("confirmation accepted, slowest of 30", waits[-1], "s", 2, at_most=True),
            figure(
                "broadcast messages accepted meanwhile, most", max(overtaken), "messages", 5_000, at_most=True
            ),
        ],
    )


if __name__ == "__main__":
    main()
