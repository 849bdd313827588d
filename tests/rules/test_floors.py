"""The house's own laws: who may know whom, in Python and in SQL."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "postroom"
FLOORS = [  # from the ground up; rooms of one tuple are siblings
    ("settings", "lib"),
    ("events",),
    ("accounts",),
    ("subscribers",),
    ("content", "media"),
    ("webhooks", "purchases"),
    ("sending",),
    ("tracking",),
    ("sequences", "forms"),
    ("imports",),
    ("broadcasts",),
]
WRITES = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE(?!\s+(?:SET|OF|SKIP))|DELETE\s+FROM)\s+(?:ONLY\s+)?\"?([a-z_]+)\"?",
    re.IGNORECASE,
)
CREATES = re.compile(r"CREATE\s+OR\s+REPLACE\s+FUNCTION\s+([a-z_]+)\s*\(", re.IGNORECASE)
CALLS = re.compile(
    r"\b((?:events|accounts|subscribers|content|media|webhooks|purchases|sending|tracking|sequences|forms|broadcasts|imports)_[a-z_]+)\s*\("
)


def test_no_room_imports_upward_or_sideways() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def tables_by_room() -> dict[str, str]:
    """table → room, from the models and the SQL of the migrations."""
    import django.apps

    owned = {
        model._meta.db_table: model._meta.app_label
        for model in django.apps.apps.get_models()
        if type(model).__module__ and model.__module__.startswith("postroom.")
    }
    for room in [room for floor in FLOORS for room in floor]:
        for migration in (SOURCE / room / "migrations").glob("*.py"):
            for name in re.findall(r"CREATE (?:UNLOGGED )?TABLE ([a-z_]+)", migration.read_text()):
                owned.setdefault(name, room)
    return owned


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


SQL_FILES = sorted(SOURCE.glob("*/sql/functions/*.sql"))


@pytest.mark.parametrize("file", SQL_FILES, ids=lambda file: f"{file.parts[-4]}/{file.stem}")
def test_a_sql_function_writes_only_its_own_room_and_calls_only_below(file: Path) -> None:
    room = file.parts[-4]
    text = re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))
    names = CREATES.findall(text)
    assert names, "a file below sql/functions creates a function"
    assert all(name.startswith(f"{room}_") for name in names), f"{names} should be named {room}_…"
    owned = tables_by_room()
    for table in WRITES.findall(text):
        assert owned.get(table, room) == room, f"writes {table}, which belongs to {owned[table]}"
    for called in CALLS.findall(text):
        other = called.split("_", 1)[0]
        if other != room and not re.search(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+{called}\b", text, re.IGNORECASE):
            assert floor_of(other) < floor_of(room), f"calls {called}, which is not below {room}"


def test_every_sql_function_file_is_installed() -> None:
    from postroom.lib.sql import function_files

    assert set(function_files()) == set(SQL_FILES)
