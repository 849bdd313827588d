"""`POST /v3/forms/{id}/subscribe`: new people, committed with change, fact, counter and ledger rows."""

from __future__ import annotations

import os
from functools import partial

from bench._mail import database
from bench._people import ask, fill, web
from bench.common import figure, save

SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))


def main() -> None:
    rows = []
    with database():
        account, key, _ = fill(10_000)
        from postroom.forms import services as forms
        from postroom.lib import sql

        form = forms.create(account_id=account, name="Bench").id
        for workers, target in ((1, 800), (2, 1_500)):
            with web(workers) as port:
                make = partial(request, form, key)
                ask(port, partial(make, f"warm{workers}"), connections=4, seconds=2)
                before = count(sql, account)
                good, bad, p99 = ask(
                    port, partial(make, f"new{workers}"), connections=8 * workers, seconds=SECONDS
                )
                made = count(sql, account) - before
            rows += [
                figure(f"v3 sign-ups of new people, {workers} web worker(s)", good / SECONDS, "/s", target),
                figure(f"… p99, {workers} worker(s)", p99, "ms"),
                figure(f"… refused, {workers} worker(s)", bad, "", 0, at_most=True),
                figure(f"… answered but not stored, {workers} worker(s)", good - made, "", 0, at_most=True),
            ]
    save("subscribe", rows)


def count(sql: object, account: int) -> int:
    """People of the account, counted."""
    row = sql.row("SELECT count(*) AS n FROM subscriber WHERE account_id = %s", [account])  # type: ignore[attr-defined]
    return int(row["n"])


def request(form: int, key: str, prefix: str, number: int) -> bytes:
    """A sign-up of somebody new."""
    body = f'{{"api_key":"{key}","email":"{prefix}-{number}@list.example","first_name":"Ada"}}'
    head = (
        f"POST /v3/forms/{form}/subscribe HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    )
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


if __name__ == "__main__":
    main()
