"""How long a start takes on an existing database, and how much memory the idle tree holds."""

import os
import re
import time
from pathlib import Path

from tests.support.server import Server

from bench.common import figure, save

START_S, MEMORY_MB = 8, 550
SETTLE_S = 20


def main() -> None:
    with Server() as server:
        server.stop()
        began = time.monotonic()
        server.start(wait=False)
        server.wait_for("answers at", count=2)
        assert server.get("/readyz")[0] == 200
        took = time.monotonic() - began
        time.sleep(SETTLE_S)
        sizes = tree(server.process.pid)
        for name, kilobytes in sorted(sizes.items(), key=lambda row: -row[1]):
            print(f"  {name:<40} {kilobytes / 1000:>8.1f} MB")
    save(
        "start",
        [
            figure("serve to a served page, existing database", took, "s", START_S, at_most=True),
            figure(
                "idle memory of the whole tree (PSS)",
                sum(sizes.values()) / 1000,
                "MB",
                MEMORY_MB,
                at_most=True,
            ),
        ],
    )


def tree(root: int) -> dict[str, int]:
    """{process: PSS in kB} of a process and everything below it, PostgreSQL's children added up."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int(
                re.search(r"^PPid:\t(\d+)", (entry / "status").read_text(), re.M)[1]
            )
        except OSError:
            continue
    found: dict[str, int] = {}
    for pid in parents:
        above = pid
        while above not in (root, 0) and above in parents:
            above = parents[above]
        if above == root:
            name, size = describe(pid)
            found[name] = found.get(name, 0) + size
    return found


def describe(pid: int) -> tuple[str, int]:
    """(name, PSS in kB)."""
    entry = Path("/proc") / str(pid)
    try:
        words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().split()
        size = int(re.search(r"^Pss:\s+(\d+) kB", (entry / "smaps_rollup").read_text(), re.M)[1])
    except (OSError, TypeError):
        return "gone", 0
    if any("postgres" in word for word in words):
        return "postgres", size
    return " ".join(words[-1:]).rsplit(".", 1)[-1] + f" ({os.path.basename(words[0])} {pid})", size


if __name__ == "__main__":
    main()
