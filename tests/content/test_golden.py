"""Every block and some whole letters, as they were written when somebody last looked at them.

A case is `golden/<name>.json`: a stored body (never changed, whatever version it has) and, for a whole
letter, what `render_letter` is told besides. `GOLDEN=write` writes `<name>.html` and `<name>.txt` anew; read
the difference before it is committed.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from postroom.content import document, plain
from postroom.content.blocks import Inside, write
from postroom.content.document import BLOCKS, INLINES, MARKS, upgrade, walk
from postroom.content.render import Rendered, render_letter
from tests.content.linter import faults

FOLDER = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in FOLDER.glob("*.json"))
HOUSE = "https://p.example"


def case(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text()))


def shown(found: dict[str, Any]) -> Rendered:
    """A block's case is the block alone, without what stands around every letter."""
    body = found["body"]
    if "letter" in found:
        return render_letter("html" if "html" in body else "document", body, **found["letter"])
    nodes = upgrade(body)["doc"]["content"]
    inside = Inside(HOUSE)
    html = write(nodes, inside)
    head = "".join(f"<style>\n{sheet}\n</style>\n" for sheet in inside.sheets)
    return Rendered(f"{head}{html}\n", f"{plain.text_of_document(nodes)}\n")


@pytest.mark.parametrize("name", CASES)
def test_it_is_written_as_before(name: str) -> None:
    rendered = shown(case(name))
    for suffix, now in (("html", rendered.html), ("txt", rendered.text)):
        path = FOLDER / f"{name}.{suffix}"
        if os.environ.get("GOLDEN") == "write":
            path.write_text(now)
        assert now == path.read_text(), f"{path.name} changed; if it should, write it anew with GOLDEN=write"


@pytest.mark.parametrize("name", CASES)
def test_the_letter_around_it_is_sound(name: str) -> None:
    found = case(name)
    kind = "html" if "html" in found["body"] else "document"
    more = found.get("letter") or {"base_url": HOUSE, "preview_text": "Peek", "postal_address": "1 Lane"}
    own = kind == "document" and not any(node["type"] == "html" for node in walk(found["body"]["doc"]))
    assert faults(render_letter(kind, found["body"], **more).html, own=own) == []


def test_every_node_and_mark_has_its_case() -> None:
    seen: set[str] = set()
    for name in CASES:
        for node in walk(case(name)["body"].get("doc", {"type": ""})):
            seen |= {node["type"], *(mark["type"] for mark in node.get("marks") or [])}
    assert seen >= BLOCKS | INLINES | MARKS


def test_every_version_has_its_cases() -> None:
    versions = {case(name)["body"].get("v") for name in CASES} - {None}
    assert versions == set(range(1, document.VERSION + 1))
    assert set(document._UPGRADES) == set(range(1, document.VERSION))


def test_no_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(CASES)


def test_upgrades_lead_step_by_step_to_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two versions from now: quotes become asides, then get a tone. The stored body stays as it was."""

    def rename(doc: dict[str, Any]) -> dict[str, Any]:
        return {**doc, "content": [{**node, "type": "aside"} for node in doc["content"]]}

    def add_tone(doc: dict[str, Any]) -> dict[str, Any]:
        return {**doc, "content": [{**node, "attrs": {"tone": "calm"}} for node in doc["content"]]}

    monkeypatch.setattr(document, "VERSION", 3)
    monkeypatch.setattr(document, "_UPGRADES", {1: rename, 2: add_tone})
    stored = case("quote")["body"]
    before = json.dumps(stored)
    newest = upgrade(stored)
    assert (newest["v"], newest["doc"]["content"][0]["type"]) == (3, "aside")
    assert newest["doc"]["content"][0]["attrs"] == {"tone": "calm"}
    assert json.dumps(stored) == before
    assert document.validate(stored) == newest
    assert upgrade(newest) is newest
    # A body that was stored in between takes only the steps it lacks.
    assert upgrade({"v": 2, "doc": {"type": "doc", "content": [{"type": "aside"}]}})["v"] == 3
    monkeypatch.setattr(document, "VERSION", 1)
    with pytest.raises(document.DocumentInvalid, match="newer version"):
        upgrade(newest)
