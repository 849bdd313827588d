"""A database, a recording mail server and sender processes: what tests of the running sender stand on."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import recorder, sender, sink
from tests.support.mailing import House


class Rig:
    """Starts and stops things; asks the ledger and the record."""

    def __init__(self, dsn: str, root: Path, **server: Any) -> None:
        self.dsn, self.root, self.house = dsn, root, House(dsn)
        self.record = root / "record"
        start = sink.start if "rules" in server else recorder.start
        self.server, self.port = start(self.record, **server)
        self.senders: list[subprocess.Popen[bytes]] = []
        self.connections = 4

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    def start_sender(
        self, *, relay: bool = True, data: str = "data", wrap: tuple[str, ...] = (), **pace: Any
    ) -> subprocess.Popen[bytes]:
        process = sender.start(
            self.dsn,
            self.root / data,
            self.smtp_url if relay else None,
            connections=self.connections,
            wrap=wrap,
            **pace,
        )
        self.senders.append(process)
        return process

    def accepted(self) -> list[tuple[str, str, float]]:
        return recorder.read(self.record)

    def wait(self, until: Callable[[], bool], what: str, timeout_s: float = 30) -> None:
        end = time.monotonic() + timeout_s
        while not until():
            if time.monotonic() > end:
                raise AssertionError(f"not within {timeout_s} s: {what}\n{self.log()[-3000:]}")
            time.sleep(0.02)

    def wait_done(self, send: int, timeout_s: float = 60) -> None:
        """Until no row of a send is open."""
        self.wait(
            lambda: not set(self.house.states(send)) & {"planned", "intent", "deferred"},
            f"send {send} to end",
            timeout_s,
        )

    def log(self) -> str:
        return "".join(path.read_text() for path in self.root.glob("*/sender.log"))

    def check(self, send: int, *, connections: int | None = None, kills: int = 0) -> int:
        """Nobody was lost; duplicates are bounded and carry equal Message-IDs. Answers how many there
        were."""
        house = self.house
        expected = {
            row["email"]
            for row in house.rows(
                "SELECT p.email FROM delivery d JOIN subscriber p ON p.id = d.recipient_id"
                " WHERE d.send_id = %s AND d.state = 'accepted'",
                [send],
            )
        }
        copies = Counter(recipient for recipient, _, _ in self.accepted())
        ids: dict[str, set[str]] = {}
        for recipient, message_id, _ in self.accepted():
            ids.setdefault(recipient, set()).add(message_id)
        lost = expected - set(copies)
        assert not lost, f"{len(lost)} lost, such as {sorted(lost)[:3]}"
        assert all(len(found) == 1 for found in ids.values()), "copies with different Message-IDs"
        assert len({next(iter(found)) for found in ids.values()}) == len(ids), "two people share a Message-ID"
        duplicates = sum(copies.values()) - len(copies)
        assert duplicates <= kills * (self.connections if connections is None else connections)
        return duplicates

    def close(self) -> None:
        for process in self.senders:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        self.server.kill()
        self.server.communicate()
        self.house.close()


@contextmanager
def rig(dsn: str, root: Path, **server: Any) -> Iterator[Rig]:
    """A rig that is taken down whatever happens."""
    found = Rig(dsn, root, **server)
    try:
        yield found
    finally:
        found.close()
