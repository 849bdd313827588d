"""Reading parameters as released clients send them: query, form and JSON in one bag, the later wins."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from postroom.doors.api_v3.errors import V3Error, not_found

MAX_PAIRS = 2000
MAX_DEPTH = 6
MAX_ID = 2**63 - 1
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_INDEX = re.compile("[0-9]{1,9}")
_LEADING_INTEGER = re.compile(r"\d+")


class Params:
    """What a request gives. Null and the empty text mean "not given"."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def text(self, *names: str) -> str | None:
        """The first of `names` that is given, as text."""
        for name in names:
            found = as_text(self.values.get(name))
            if found:
                return found
        return None

    def address(self, *names: str) -> str | None:
        """An email address; blanks inside it are `+` that a client forgot to escape."""
        found = self.text(*names)
        return found.replace(" ", "+") if found else None

    def ids(self, name: str) -> list[int]:
        """A list of ids: an array, one value, or values between commas. What is no id is left out."""
        value = self.values.get(name)
        if isinstance(value, dict):
            value = list(value.values())
        items: list[Any] = value if isinstance(value, list) else str(value or "").split(",")
        found = (_leading_integer(as_text(item) or "") for item in items)
        return [number for number in found if number]

    def fields(self) -> dict[str, str | None]:
        """Custom field values by key, as text; null stays None."""
        value = self.values.get("fields")
        if not isinstance(value, dict):
            return {}
        return {str(key): as_text(item) for key, item in value.items()}

    def page(self) -> int:
        """The page asked for, from 1."""
        number = _leading_integer(self.text("page") or "") or 1
        return min(number, 10**9)


def read(request: HttpRequest) -> Params:
    """Every parameter of a request. Raises V3Error 400 for malformed JSON, 413 for a body that is too big."""
    values = parse_pairs(_pairs(request.META.get("QUERY_STRING", "")))
    try:
        body = request.body
    except RequestDataTooBig:
        raise V3Error(413, "Request too large", "Send less than 2.5 MB in one request.") from None
    if body:
        _merge(values, _read_body(request, body))
    return Params(values)


def read_id(text: str) -> int:
    """The leading integer of a path segment, as Rails reads it. Raises the ordinary 404."""
    number = _leading_integer(text)
    if number is None:
        raise not_found()
    return number


def as_text(value: Any) -> str | None:
    """A scalar as text that PostgreSQL takes; None for null, lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
    return str(value) if isinstance(value, int | float) else None


def parse_pairs(pairs: Iterable[tuple[str, str | None]]) -> dict[str, Any]:
    """Rails' bracket syntax: `a[b]=1`, `a[]=1`, `a[][name]=x`. A pair without `=` is null."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        head, _, rest = name.partition("[")
        steps = _BRACKETS.findall(f"[{rest}")[:MAX_DEPTH] if rest else []
        if head:
            _put(values, head, steps, value)
    return {name: _without_numbers(value) for name, value in values.items()}


def _without_numbers(value: Any) -> Any:
    """`a[0][name]=x&a[1][name]=y`, as PHP writes lists of objects, is a list. Of plain values it stays."""
    if isinstance(value, dict) and value and all(_INDEX.fullmatch(key) for key in value):
        items = [value[key] for key in sorted(value, key=int)]
        if all(isinstance(item, dict) for item in items):
            return items
    return value


def _leading_integer(text: str) -> int | None:
    found = _LEADING_INTEGER.match(text.strip())
    if not found or len(found[0]) > 25:
        return None
    number = int(found[0])
    return number if 0 < number <= MAX_ID else None


def _pairs(query: str) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for part in query.split("&")[:MAX_PAIRS]:
        if part:
            name, equals, value = part.partition("=")
            found.append((unquote_plus(name), unquote_plus(value) if equals else None))
    return found


def _put(into: dict[str, Any], name: str, steps: list[str], value: str | None) -> None:
    if not steps:
        into[name] = value
    elif steps[0] == "":
        items = into.get(name)
        if not isinstance(items, list):
            items = into[name] = []
        if len(steps) == 1:
            items.append(value)
        else:  # a[][x]=…: a key that the last object has already starts the next one
            if not items or not isinstance(items[-1], dict) or steps[1] in items[-1]:
                items.append({})
            _put(items[-1], steps[1], steps[2:], value)
    else:
        inner = into.get(name)
        if not isinstance(inner, dict):
            inner = into[name] = {}
        _put(inner, steps[0], steps[1:], value)


def _read_body(request: HttpRequest, body: bytes) -> dict[str, Any]:
    # By content: clients send JSON under every content type, and forms under JSON's.
    text = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    kind = request.content_type or ""
    if text.startswith(b"{"):
        try:
            found = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _malformed() from None
        return found if isinstance(found, dict) else {}
    if kind.startswith("multipart/"):
        try:
            lists = list(request.POST.lists())
        except (MultiPartParserError, SuspiciousOperation):
            raise V3Error(400, "Bad Request", "The multipart body cannot be read.") from None
        return parse_pairs((name, value) for name, items in lists for value in items)
    if "json" in kind and b"=" not in text and text:
        raise _malformed()
    return parse_pairs(_pairs(text.decode("utf-8", "replace")))


def _malformed() -> V3Error:
    return V3Error(400, "Bad Request", "The body is not valid JSON.")


def _merge(values: dict[str, Any], later: dict[str, Any]) -> None:
    values.update({name: value for name, value in later.items() if value is not None or name not in values})
