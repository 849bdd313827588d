"""`GET /v3/subscribers`, a page of 50 at 1,000,000 people, one web worker, limiter off."""

from __future__ import annotations

import os
from functools import partial

from bench._mail import database
from bench._people import ask, fill, web
from bench.common import figure, save

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
PAGES = 200


def main() -> None:
    with database():
        _, _, secret = fill(PEOPLE)
        with web(1) as port:
            first, deep = partial(request, secret, 1), partial(request, secret, PAGES)
            ask(port, first, connections=4, seconds=2)
            good, bad, p99 = ask(port, first, connections=8, seconds=SECONDS)
            mixed, _, _ = ask(port, deep, connections=8, seconds=SECONDS)
    save(
        "subscribers",
        [
            figure(f"v3 subscriber page at {PEOPLE:,} people, one worker", good / SECONDS, "/s", 1_500),
            figure("… p99", p99, "ms"),
            figure("… other answers than 200", bad, "", 0, at_most=True),
            figure(f"… any of the first {PAGES} pages", mixed / SECONDS, "/s"),
        ],
    )


def request(secret: str, pages: int, number: int) -> bytes:
    """One page; `pages` many in turn."""
    page = 1 + number % pages
    return f"GET /v3/subscribers?api_secret={secret}&page={page} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


if __name__ == "__main__":
    main()
