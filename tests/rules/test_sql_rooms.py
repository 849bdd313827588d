"""The floors hold for SQL too: a room's statements write its own tables and call its floor or below."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps

import postroom
from postroom.lib.sql import FUNCTION_ROOMS, function_files

ROOT = Path(postroom.__file__).parent
WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+(?:ONLY\s+)?\"?([a-z_]+)", re.I)
NO_TABLES = {"of", "set", "skip", "nothing", "staged"}  # FOR UPDATE OF, DO UPDATE SET, temporary tables
# Tables that migrations make without a model.
WITHOUT_MODEL = {"rate_window": "accounts", "shared_cache": "accounts"}
WITHOUT_MODEL |= {"unsettled_click": "tracking", "hit_default": "tracking"}


def room_of_table() -> dict[str, str]:
    found = {model._meta.db_table: model._meta.app_label for model in apps.get_models()}
    return found | WITHOUT_MODEL


def statements() -> list[Path]:
    rooms = {path.parts[-2] for path in ROOT.glob("*/sql")}
    return sorted(file for room in rooms if room != "config" for file in (ROOT / room / "sql").rglob("*.sql"))


def text_of(file: Path) -> str:
    return re.sub(r"--[^\n]*", "", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", statements(), ids=lambda file: f"{file.relative_to(ROOT)}")
def test_a_statement_writes_only_tables_of_its_room(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0]
    owners = room_of_table()
    text = re.sub(r"FOR\s+(?:NO\s+KEY\s+)?UPDATE", "", text_of(file), flags=re.I)
    written = {name.lower() for name in WRITES.findall(text)} - NO_TABLES
    made_here = {
        name.lower()
        for name in re.findall(r"TEMP(?:ORARY)?\s+TABLE\s+(?:IF NOT EXISTS\s+)?(\w+)", text, re.I)
    }
    foreign = {name for name in written - made_here if owners.get(name) != room}
    assert foreign == set()


@pytest.mark.parametrize("file", function_files(), ids=lambda file: file.stem)
def test_a_function_calls_only_functions_of_its_floor_or_below(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0]
    floor = FUNCTION_ROOMS.index(room)
    called = set(re.findall(rf"\b((?:{'|'.join(FUNCTION_ROOMS)})_[a-z_]+)\s*\(", text_of(file)))
    known = {each.stem for each in function_files()}
    assert file.stem.startswith(f"{room}_")
    assert called <= known
    assert {name for name in called if FUNCTION_ROOMS.index(name.split("_")[0]) > floor} == set()


def test_each_sql_file_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in statements()
        if not file.read_text(encoding="utf-8").lstrip().startswith("--")
    ]
    assert silent == []
