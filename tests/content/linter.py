"""What mail programs need of a letter's HTML, as faults in words. A good letter has none.

`own` is what our renderer wrote by itself; a creator's own HTML may lack a picture's width or lay itself out
with flex, but never runs anything and is always nested well.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

import tinycss2

GMAIL_CLIPS_AT = 102_000
"""Bytes of HTML beyond which Gmail hides the rest of a letter, its footer too."""

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_NEVER = {
    *(
        "script",
        "iframe",
        "frame",
        "form",
        "input",
        "button",
        "textarea",
        "select",
        "object",
        "embed",
        "link",
    ),
    *("base", "svg", "math", "video", "audio", "template", "applet"),
}
_BLOCKS = {
    *(
        "p",
        "div",
        "table",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "center",
    ),
    *("dl", "figure", "li", "tr", "td"),
}
_PARENTS = {
    "li": {"ul", "ol"},
    "tr": {"table", "tbody", "thead", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "tbody": {"table"},
    "title": {"head"},
    "style": {"head"},
}
_MODERN = re.compile(r"display\s*:\s*(?:inline-)?(?:flex|grid)|position\s*:|float\s*:", re.IGNORECASE)
_HOSTILE = {"import", "expression", "behavior", "-moz-binding", "javascript", "vbscript"}
_FROM = re.compile(r"\s*(?:https?://|\{\{)", re.IGNORECASE)
_LINK = re.compile(r"https?://|mailto:|tel:|\{\{|\{%|#", re.IGNORECASE)
_PIXEL = "open-pixel"


def faults(html: str, *, own: bool = True) -> list[str]:
    """What is wrong with a whole letter."""
    reader = _Reader(own)
    reader.feed(html)
    reader.close()
    found = reader.faults + [f"<{tag}> is never closed" for tag in reader.open]
    if not html.startswith("<!doctype html>\n<html lang="):
        found.append("doctype or language is missing")
    if reader.pixels != 1:
        found.append(f"{reader.pixels} places for the open pixel")
    if html.count("<!--") != html.count("-->"):
        found.append("a comment is never closed")
    if (size := len(html.encode())) >= GMAIL_CLIPS_AT:
        found.append(f"{size:,} bytes: Gmail cuts it off")
    return found


class _Reader(HTMLParser):
    def __init__(self, own: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.own = own
        self.open: list[str] = []
        self.cells: list[int] = []
        self.widths: list[bool] = []
        self.pixels = 0
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if len(found) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self._check_place(tag)
        self._check_attributes(tag, found)
        if tag == "table":
            self.cells.append(0)
            self.widths.append("width" in found)
            if self.own and found.get("role") != "presentation":
                self.faults.append("a table without role=presentation")
        if tag in ("td", "th") and self.cells:
            self.cells[-1] += 1
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1] if self.open else ''}>")
            return
        self.open.pop()
        # A table of one cell that shrinks to its content needs no width: that is a button.
        if tag == "table":
            cells, has_width = self.cells.pop(), self.widths.pop()
            if self.own and not has_width and cells != 1:
                self.faults.append("a table without width")

    def handle_comment(self, data: str) -> None:
        if data == _PIXEL:
            self.pixels += 1
            return
        inner = re.fullmatch(r"\[if [^\]]+\]>(.*)<!\[endif\]", data, re.DOTALL)
        if inner is None:
            self.faults.append(f"a comment that Outlook does not understand: {data[:40]!r}")
            return
        outlook = _Reader(own=False)
        outlook.open = [*self.open]
        outlook.feed(inner[1])
        outlook.close()
        if outlook.open != self.open:
            self.faults.append("what only Outlook reads is not nested well")
        self.faults += outlook.faults

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"<![{data[:20]} stands alone")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self._check_css(data, "the sheet")
            if "<" in re.sub(r"<\s*=|<\s", "", data):
                self.faults.append("the sheet could end its element")
            if data.count("{") != data.count("}"):
                self.faults.append("the sheet's braces are not balanced")

    def _check_place(self, tag: str) -> None:
        if tag in _NEVER:
            self.faults.append(f"<{tag}> in a letter")
        parents = _PARENTS.get(tag)
        if tag == "li" and not self.own:
            parents = None
        if parents and not (self.open and self.open[-1] in parents):
            self.faults.append(f"<{tag}> in <{self.open[-1] if self.open else ''}>")
        if tag in _BLOCKS and "p" in self.open[_last(self.open, "table", "td") :]:
            self.faults.append(f"<{tag}> in <p>, which ends it")
        if self.own and tag == "a" and "a" in self.open:
            self.faults.append("a link in a link")

    def _check_attributes(self, tag: str, found: dict[str, str]) -> None:
        for name, value in found.items():
            if name.startswith("on") or name in ("srcdoc", "formaction", "xlink:href"):
                self.faults.append(f"<{tag} {name}>")
            if name == "href" and not _LINK.match(value):
                self.faults.append(f"a link to {value[:40]!r}")
            if name in ("src", "background") and not re.match(r"https?://|\{\{", value, re.IGNORECASE):
                self.faults.append(f"a picture from {value[:40]!r}")
            if name == "style":
                self._check_css(value, f"<{tag} style>")
        if tag == "meta" and "http-equiv" in found:
            self.faults.append("a meta tag that acts")
        if tag == "img" and self.own:
            if not re.fullmatch(r"[1-9]\d*", found.get("width", "")):
                self.faults.append("a picture without width")
            if "alt" not in found:
                self.faults.append("a picture without alt")

    def _check_css(self, css: str, where: str) -> None:
        self.faults += [f"{where}: {found}" for found in _hostile(tinycss2.parse_component_value_list(css))]
        if self.own and (modern := _MODERN.search(css)):
            self.faults.append(f"{where}: {modern[0]}")


def _hostile(tokens: Iterable[Any]) -> Iterator[str]:
    """Names and addresses that a letter's CSS may not hold, in whatever way they are written."""
    for token in tokens:
        name = getattr(token, "lower_name", "") or getattr(token, "lower_value", "")
        if name in _HOSTILE:
            yield name
        inner = getattr(token, "arguments", None) or getattr(token, "content", None) or []
        called = [each.value for each in inner if each.type == "string"] if name == "url" else []
        for address in [token.value] if token.type == "url" else called:
            if not _FROM.match(address):
                yield f"url({address})"
        yield from _hostile(inner)


def _last(stack: list[str], *tags: str) -> int:
    return max((at for at, tag in enumerate(stack) if tag in tags), default=0)
