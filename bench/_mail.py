"""What the measurements of sending share: a database as Postroom ships it, a letter, senders, a quiet
sink."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

KEY = "0123456789abcdef" * 4
WORDS = (
    "The field was white this morning and the dog would not go out. I made coffee, read the letters you "
    "sent, and thought about what a slow week can teach. Here is what I found, and what I would try next in "
    "your place. "
)


def apart(act: Callable[..., Any], *given: Any) -> Any:
    """`act(*given)` in a process of its own: Django keeps to the first database it has seen."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(act, given)


@contextmanager
def database() -> Iterator[tuple[str, Path]]:
    """A migrated cluster with the settings it ships with (fsync and all); its URL and a directory beside
    it."""
    from tests.support import database as clusters

    from postroom.config.postgres import Cluster

    root = Path(tempfile.mkdtemp(prefix="postroom-bench-"))
    root.chmod(0o711)
    os.environ |= {
        "POSTROOM_DATA": str(root / "data"),
        "POSTROOM_SECRET_KEY": KEY,
        "DJANGO_SETTINGS_MODULE": "postroom.config.django",
    }
    (root / "data").mkdir(mode=0o711)
    cluster = Cluster(root / "data", die_with_parent=True)
    os.environ["DATABASE_URL"] = cluster.dsn
    try:
        clusters.copy_of_template(cluster)
        cluster.start()
        import django

        django.setup()
        yield cluster.dsn, root
    finally:
        clusters.remove(cluster)
        shutil.rmtree(root, ignore_errors=True)


def document(links: int = 5, paragraphs: int = 30) -> dict[str, Any]:
    """A newsletter as people write them: greeting by name, headings, paragraphs, links, a button."""

    def text(words: str, href: str = "") -> dict[str, Any]:
        marks = [{"type": "link", "attrs": {"href": href}}] if href else []
        return {"type": "text", "text": words, **({"marks": marks} if marks else {})}

    variable = {"type": "variable", "attrs": {"name": "first_name", "fallback": "friend"}}
    blocks: list[dict[str, Any]] = [
        {"type": "paragraph", "content": [text("Good morning "), variable, text(",")]}
    ]
    for n in range(paragraphs):
        if n % 8 == 0:
            blocks.append({"type": "heading", "attrs": {"level": 2}, "content": [text(f"Part {n // 8 + 1}")]})
        content = [text(WORDS)]
        if n < links:
            content.append(text("Read it here", f"https://slowmornings.example/letters/{n}?from=mail"))
        blocks.append({"type": "paragraph", "content": content})
    blocks.append({"type": "paragraph", "content": [text("This came to {{ subscriber.email_address }}.")]})
    return {"v": 1, "doc": {"type": "doc", "content": blocks}}


def make_broadcast(house: Any, people: int) -> tuple[int, int]:
    """An account with `people` and a scheduled-and-frozen broadcast, not expanded yet: account id, send
    id."""
    from postroom.content import services as content
    from postroom.sending import services as sending

    account = house.account("Alice")
    house.people(account, people)
    version = content.freeze(
        account_id=account,
        kind="document",
        subject="A slow week, {{ subscriber.first_name }}",
        preview_text="What the snow taught",
        body=document(),
        from_name="Alice",
        from_email="alice@letters.example",
        reply_to="",
        footer=True,
        tracked=True,
    )
    house.db.execute("VACUUM ANALYZE")
    return account, sending.start_broadcast(
        account_id=account, broadcast_id=1, content_version_id=version.pk, rehearsed=False
    )


def expand_all(account: int, send: int) -> float:
    """Writes the ledger rows; answers the seconds it took."""
    from postroom.sending import services as sending

    start = time.perf_counter()
    while not sending.expand(account_id=account, send_id=send, audience={}):
        pass
    return time.perf_counter() - start


@contextmanager
def sink() -> Iterator[int]:
    """Debian's smtp-sink: reads, answers, forgets. Its port."""
    with sink_process() as (port, _):
        yield port


@contextmanager
def sink_process() -> Iterator[tuple[int, int]]:
    """The same: its port and its process."""
    from tests.support.server import free_port

    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen(["smtp-sink", *user, f"127.0.0.1:{port}", "1000"])
    time.sleep(0.3)
    try:
        yield port, process.pid
    finally:
        process.kill()
        process.wait()


class Sender:
    """`postroom sender` at its normal pace."""

    def __init__(self, dsn: str, root: Path, port: int, connections: int = 8) -> None:
        env = {
            **os.environ,
            "POSTROOM_DATA": str(root / "data"),
            "DATABASE_URL": dsn,
            "POSTROOM_SECRET_KEY": KEY,
            "POSTROOM_SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none",
            "POSTROOM_SENDER_CONNECTIONS": str(connections),
        }
        self.log = (root / "sender.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "postroom", "sender"], env=env, stdout=self.log, stderr=self.log
        )

    def cpu_s(self) -> float:
        """Processor seconds so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Resident megabytes."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self) -> None:
        """SIGTERM and wait."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


def wait_ready(house: Any, senders: int, timeout_s: float = 60) -> None:
    """Until so many senders have said that they live."""
    end = time.monotonic() + timeout_s
    fresh = "SELECT count(*) FROM heartbeat WHERE kind = 'sender' AND seen_at > now() - interval '3 seconds'"
    while house.value(fresh) < senders:
        if time.monotonic() > end:
            raise SystemExit("The sender did not start; see sender.log.")
        time.sleep(0.05)


def wait_done(house: Any, send: int, timeout_s: float = 600) -> None:
    """Until every chunk of a send is done."""
    end = time.monotonic() + timeout_s
    while house.value("SELECT count(*) FROM chunk WHERE send_id = %s AND state <> 'done'", [send]):
        if time.monotonic() > end:
            raise SystemExit(f"The broadcast did not end: {house.states(send)}")
        time.sleep(0.05)
