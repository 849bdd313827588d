"""How a measurement shows and keeps its figures."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def figure(
    name: str, value: float, unit: str, target: float | None = None, *, at_most: bool = False
) -> dict[str, Any]:
    """One row: `target` is a lower bound, or an upper one with `at_most`."""
    ok = None if target is None else value <= target if at_most else value >= target
    return {"name": name, "value": round(value, 2), "unit": unit, "target": target, "ok": ok}


def save(bench: str, rows: list[dict[str, Any]]) -> None:
    """Prints the rows as a table; writes them, machine, commit and time to bench/results/<bench>.json."""
    for row in rows:
        mark = {True: "met", False: "MISSED", None: ""}[row["ok"]]
        target = "" if row["target"] is None else f"(target {row['target']:,})"
        print(f"{row['name']:<58} {row['value']:>12,} {row['unit']} {target} {mark}".rstrip())
    RESULTS.mkdir(exist_ok=True)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    ).stdout.strip()
    about = {"machine": _machine(), "commit": commit, "time": datetime.now(UTC).isoformat(timespec="seconds")}
    (RESULTS / f"{bench}.json").write_text(json.dumps({**about, "rows": rows}, indent=1) + "\n")


def _machine() -> str:
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} × {model}, {platform.system()} {platform.release()}"
