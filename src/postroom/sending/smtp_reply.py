"""Reads SMTP replies (RFC 5321 §4.2) out of a byte stream, with bounds on everything a server may send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 2_048
MAX_LINES = 100
MAX_TEXT_CHARS = 500

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?\Z", re.DOTALL)
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s|\Z)")


class BadReply(Exception):
    """The server said something that is no SMTP reply, or far too much."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete reply. `text` holds its lines joined by newlines, at most 500 characters."""

    code: int
    text: str = ""

    @property
    def enhanced(self) -> str | None:
        """The enhanced status code (RFC 3463) that the text begins with, where it agrees with the code."""
        found = _ENHANCED.match(self.text)
        return found[1] if found and found[1][0] == str(self.code)[0] else None


class ReplyReader:
    """Collects bytes, gives complete replies. Never holds more than one line and one reply."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []
        self._code = 0

    @property
    def has_rest(self) -> bool:
        """Whether bytes of an incomplete reply are held: what must not be the case when TLS begins."""
        return bool(self._rest or self._lines)

    def feed(self, data: bytes) -> Iterator[Reply]:
        """The replies that `data` completes, one by one: what was said before nonsense is still heard.

        Raises BadReply, after which nothing more can be read."""
        if self._rest:
            data = self._rest + data
        *lines, self._rest = data.split(b"\n")
        for line in lines:
            reply = self._take(line)
            if reply is not None:
                yield reply
        if len(self._rest) > MAX_LINE_BYTES:
            raise BadReply("a reply line without an end")

    def _take(self, line: bytes) -> Reply | None:
        found = _LINE.match(line.rstrip(b"\r")) if len(line) <= MAX_LINE_BYTES else None
        if found is None:
            raise BadReply(f"not an SMTP reply: {line[:60]!r}")
        code = int(found[1])
        if self._lines and code != self._code:
            raise BadReply("the lines of one reply carry different codes")
        self._code = code
        self._lines.append((found[3] or b"").decode("utf-8", "replace"))
        if found[2] == b"-":
            if len(self._lines) >= MAX_LINES:
                raise BadReply("a reply without an end")
            return None
        text = "\n".join(self._lines)[:MAX_TEXT_CHARS]
        self._lines = []
        return Reply(code, text)
