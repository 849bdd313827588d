"""Block documents: the one stored form of a letter, checked when it comes in, brought up to date when it is
read.

Stored as `{"v": 1, "doc": {...}}`, the document being TipTap's JSON. A letter that is HTML as a whole, as
programs send
it, is `{"html": "..."}` and kept byte for byte. A node that this version does not know is kept too: the
editor
shows it as a locked block and the renderer leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any

from postroom.lib.errors import Invalid

VERSION = 1
MAX_BYTES = 1_000_000
MAX_DEPTH = 30
BLOCKS = frozenset(
    {
        *("paragraph", "heading", "bulletList", "orderedList", "listItem", "blockquote", "codeBlock"),
        *("horizontalRule", "image", "button", "html"),
    }
)
INLINES = frozenset(("text", "variable", "hardBreak"))
MARKS = frozenset(("bold", "italic", "underline", "strike", "code", "link"))

_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From each version to the next: a pure function, which leaves the old document alone. None is removed."""

# PostgreSQL's jsonb takes neither; nobody misses them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class DocumentInvalid(Invalid):
    """Not a block document."""

    code = "document_invalid"


def empty_document() -> dict[str, Any]:
    """A letter with nothing in it yet."""
    return {"v": VERSION, "doc": {"type": "doc", "content": [{"type": "paragraph"}]}}


def validate(body: Any) -> dict[str, Any]:
    """`body` as it may be stored: of this version, without characters that cannot be stored.

    Raises DocumentInvalid with the place and what to change."""
    if isinstance(body, dict) and set(body) == {"html"} and isinstance(body["html"], str):
        _demand_size(len(body["html"].encode("utf-8", "replace")))
        return {"html": _storable(body["html"])}
    document = upgrade(body)
    clean = _clean(document["doc"], "doc", 0)
    if clean.get("type") != "doc":
        raise _fault("doc", "its type must be doc")
    _demand_size(_size(clean))
    return {"v": VERSION, "doc": clean}


def upgrade(body: Any) -> dict[str, Any]:
    """A stored body in this version's form. Raises DocumentInvalid for what no version wrote."""
    if (
        not isinstance(body, dict)
        or not isinstance(body.get("doc"), dict)
        or not isinstance(body.get("v"), int)
    ):
        raise DocumentInvalid(
            "The letter is no block document.",
            help='It looks like {"v": 1, "doc": {"type": "doc", …}}.',
            field="body",
        )
    if body["v"] > VERSION:
        raise DocumentInvalid(
            f"The letter was written by a newer version (document {body['v']}).",
            help="Update Postroom.",
            field="body",
        )
    if body["v"] < 1:
        raise _fault("v", "there is no such version")
    for version in range(body["v"], VERSION):
        body = {"v": version + 1, "doc": _UPGRADES[version](body["doc"])}
    return body


def walk(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every node of a document, in reading order."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += reversed(found.get("content") or [])


def _clean(value: Any, place: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise DocumentInvalid(
            f"Blocks are nested too deeply: keep to {MAX_DEPTH} levels.",
            help="Move some of them out.",
            field="body",
        )
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise _fault(place, "every node needs a type")
    clean: dict[str, Any] = {"type": _storable(value["type"])}
    if "text" in value:
        if not isinstance(value["text"], str):
            raise _fault(place, "text must be text")
        clean["text"] = _storable(value["text"])
    if value.get("attrs") is not None:
        clean["attrs"] = _attributes(value["attrs"], place)
    if value.get("marks"):
        clean["marks"] = [_mark(mark, place) for mark in _list(value["marks"], place)]
    if "content" in value:
        nodes = _list(value["content"], place)
        clean["content"] = [_clean(node, f"{place}.content[{n}]", depth + 1) for n, node in enumerate(nodes)]
    return clean


def _mark(mark: Any, place: str) -> dict[str, Any]:
    if not isinstance(mark, dict) or not isinstance(mark.get("type"), str):
        raise _fault(place, "every mark needs a type")
    attrs = mark.get("attrs")
    return {"type": _storable(mark["type"]), **({"attrs": _attributes(attrs, place)} if attrs else {})}


def _attributes(attrs: Any, place: str) -> dict[str, Any]:
    if not isinstance(attrs, dict):
        raise _fault(place, "attrs must be an object")
    return {_storable(str(key)): _plain(value, place, 0) for key, value in attrs.items()}


def _plain(value: Any, place: str, depth: int) -> Any:
    """Attributes of nodes this version does not know may hold anything that JSON can, within reason."""
    if depth > MAX_DEPTH:
        raise _fault(place, "its attrs are nested too deeply")
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, list):
        return [_plain(item, place, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_storable(str(key)): _plain(item, place, depth + 1) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and isfinite(value)):
        return value
    raise _fault(place, "its attrs hold something that is no JSON")


def _list(value: Any, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise _fault(place, "content and marks must be lists")
    return value


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("", text) if _UNSTORABLE.search(text) else text


def _size(node: Any) -> int:
    if isinstance(node, dict):
        return sum(len(key) + 4 + _size(value) for key, value in node.items())
    if isinstance(node, list):
        return sum(1 + _size(value) for value in node)
    return len(node.encode()) if isinstance(node, str) else 8


def _demand_size(size: int) -> None:
    if size > MAX_BYTES:
        raise DocumentInvalid(
            f"The letter has {size // 1000:,} KB, more than the {MAX_BYTES // 1000:,} KB that one may have.",
            help="Shorten it, or put part of it on a page and link to that.",
            field="body",
        )


def _fault(place: str, what: str) -> DocumentInvalid:
    return DocumentInvalid(
        f"The letter cannot be read at {place}: {what}.", help="Send the editor's own JSON.", field="body"
    )
