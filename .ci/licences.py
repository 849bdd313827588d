"""Prints the licence of every package that Postroom runs on, and fails on one that is unknown or not allowed.

Python: the distributions that `pip install postroom` brings. JavaScript: what the front end bundles.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = (
    "MIT", "MIT-0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache", "Apache-2.0", "ISC", "PSF-2.0",
    "Python-2.0", "MPL-2.0", "LGPL", "LGPL-3.0-only", "Unlicense", "CC0-1.0", "HPND", "MIT-CMU", "OFL-1.1",
    "PostgreSQL", "BlueOak-1.0.0", "Zlib",
)  # fmt: skip
# Read by hand where the metadata holds prose or nothing; each with the file it was read from.
BY_HAND: dict[str, str] = {}
WORDS = [  # first match wins
    (r"\bA?GPL(?!.*LESSER)|(?<!lesser )general public license", "GPL"),
    (r"LGPL|lesser general public", "LGPL"),
    (r"MPL|mozilla public", "MPL-2.0"),
    (r"apache", "Apache-2.0"),
    (r"\bMIT\b|expat", "MIT"),
    (r"BSD", "BSD"),
    (r"\bISC\b", "ISC"),
    (r"PSF|python software foundation", "PSF-2.0"),
    (r"HPND|MIT-CMU", "HPND"),
    (r"unlicense", "Unlicense"),
]


def main() -> int:
    rows = sorted({**python_licences(), **npm_licences()}.items())
    bad = [(name, licence) for name, licence in rows if not is_allowed(licence)]
    width = max(len(name) for name, _ in rows)
    for name, licence in rows:
        print(f"  {name:<{width}}  {licence}")
    for name, licence in bad:
        print(f"NOT ALLOWED: {name} is {licence!r}: replace it, or read its licence and add that here.")
    return 1 if bad else 0


def is_allowed(licence: str) -> bool:
    """An SPDX expression passes when one alternative of each OR, and every part of an AND, is allowed."""
    alternatives = re.split(r"\s+OR\s+", licence.replace("(", "").replace(")", ""))
    return any(all(part.strip() in ALLOWED for part in re.split(r"\s+AND\s+", each)) for each in alternatives)


def python_licences() -> dict[str, str]:
    """{name: licence} of what postroom requires, and what that requires."""
    found: dict[str, str] = {}
    todo: list[tuple[str, set[str]]] = [("postroom", set())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while todo:
        name, extras = todo.pop()
        if (name.lower(), frozenset(extras)) in seen:
            continue
        seen.add((name.lower(), frozenset(extras)))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # its marker excludes this platform
        if name != "postroom":
            found[name.lower()] = BY_HAND.get(name.lower()) or read_licence(package.metadata)
        for text in package.requires or []:
            needed = Requirement(text)
            chosen = [{"extra": extra} for extra in extras] or [{"extra": ""}]
            if needed.marker is None or any(needed.marker.evaluate(environment) for environment in chosen):
                todo.append((needed.name, set(needed.extras)))
    return found


def read_licence(metadata: object) -> str:
    """An SPDX expression, else the classifiers, else the licence field's first line, in one word."""
    get = metadata.get  # type: ignore[attr-defined]
    if expression := get("License-Expression"):
        return str(expression)
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]  # type: ignore[attr-defined]
    for text in (*(c.rsplit(" :: ", 1)[-1] for c in classifiers), (get("License") or "").strip()[:200]):
        for pattern, licence in WORDS:
            if re.search(pattern, text, re.IGNORECASE):
                return licence
    return "unknown"


def npm_licences() -> dict[str, str]:
    """{name: licence} of the packages that the front end's lock marks as shipped."""
    lock = ROOT / "frontend" / "package-lock.json"
    if not lock.exists():
        return {}
    found: dict[str, str] = {}
    for path, entry in json.loads(lock.read_text())["packages"].items():
        if path and not entry.get("dev") and not entry.get("devOptional") and not entry.get("optional"):
            found[f"npm:{path.rpartition('node_modules/')[2]}"] = str(entry.get("license", "unknown"))
    return found


if __name__ == "__main__":
    sys.exit(main())
