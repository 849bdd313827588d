"""Reading requests: text that PostgreSQL cannot keep is refused in bodies, with the field's name."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from postroom.lib.errors import Invalid

# NUL and lone halves of a surrogate pair: JSON can write them, no UTF-8 text column takes them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAYBE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\x00")


class StorableParser(Parser):
    """Django Ninja's parser that lets only storable text in."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON body. Raises Invalid, beside what broken JSON raises."""
        body = super().parse_body(request)
        if _MAYBE.search(request.body):
            _check(body, "")
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """A query or form; in a search such characters match nothing, so they are left out."""
        found = super().parse_querydict(data, list_fields, request)
        return {name: _clean(value) for name, value in found.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else value


def _check(value: Any, path: str) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise Invalid(
                "The text holds a character that cannot be kept (NUL or half a surrogate pair).",
                help="Remove it and send the request again.",
                field=path or None,
            )
    elif isinstance(value, dict):
        for name, item in value.items():
            _check(name, path)
            _check(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for item in value:
            _check(item, path)
