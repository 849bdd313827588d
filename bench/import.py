"""CSV import into a list of 1,000,000 people, every index live: nine in ten rows are new, the rest known."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from bench._mail import database
from bench._people import fill
from bench.common import figure, save

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
ROWS = int(os.environ.get("BENCH_ROWS", "100000"))


def main() -> None:
    with database():
        account, _, _ = fill(PEOPLE)
        from postroom.imports import queries, services

        took = time.perf_counter()
        made = services.create(account_id=account, file_name="bench.csv", blocks=blocks())
        upload_s = time.perf_counter() - took
        took = time.perf_counter()
        seen = services.check(account_id=account, import_id=made.pk)
        check_s = time.perf_counter() - took
        services.start(account_id=account, import_id=made.pk)
        took = time.perf_counter()
        services.run(account_id=account, import_id=made.pk)
        run_s = time.perf_counter() - took
        done = queries.get(account, made.pk)
    if (done.created_count, done.changed_count) != (seen.created, seen.changed):
        raise SystemExit("The import did something else than its check said.")
    save(
        "import",
        [
            figure(f"CSV import into {PEOPLE:,} people, every index live", ROWS / run_s, "rows/s", 8_000),
            figure("… of them new people", done.created_count, "rows"),
            figure("… looking ahead without writing", ROWS / check_s, "rows/s"),
            figure("… taking the file in", ROWS / upload_s, "rows/s"),
        ],
    )


def blocks() -> Iterator[bytes]:
    """A file with address, name, city and a tag column."""
    yield b"Email Address,First Name,City,Tags\n"
    for start in range(0, ROWS, 1000):
        yield "".join(row(n) for n in range(start, min(start + 1000, ROWS))).encode()


def row(n: int) -> str:
    """Every tenth row is about somebody who is on the list."""
    email = f"person{n + 1}@list{(n + 1) % 50}.example" if n % 10 == 0 else f"New.Person{n}@import.example"
    return f"{email},Ada,Town {n % 500},{'march' if n % 4 == 0 else ''}\n"


if __name__ == "__main__":
    main()
