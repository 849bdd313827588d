"""`python -m bench [NAME]`: runs every measurement, or one, and says at the end which figures were met."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    known = sorted(
        path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_") and path.stem != "common"
    )
    asked = sys.argv[1:] or [""]  # `crash` runs crash and crash_everything
    wanted = [name for name in known if any(name.startswith(each) for each in asked)]
    if not wanted:
        print(f"No measurement {asked[0]!r}. There are: {', '.join(known)}.")
        return 2
    failed = [name for name in wanted if subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode]
    print(f"\n{'figure':<58} {'value':>12} {'at least':>12}")
    for name in wanted:
        for row in read_results(name):
            mark = {True: "met", False: "MISSED", None: ""}[row.get("ok")]
            target = "" if row.get("target") is None else f"{row['target']:,}"
            print(f"{row['name'][:58]:<58} {row['value']:>12,} {target:>12} {row.get('unit', '')} {mark}")
    for name in failed:
        print(f"bench {name} ended with an error.")
    return 1 if failed else 0


def read_results(name: str) -> list[dict]:
    """The rows that a measurement left in bench/results; either a list or {…, rows: list}."""
    try:
        found = json.loads((HERE / "results" / f"{name}.json").read_text())
    except FileNotFoundError:
        return []
    return found if isinstance(found, list) else found.get("rows", found.get("figures", []))


if __name__ == "__main__":
    sys.exit(main())
