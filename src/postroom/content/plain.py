"""The text part: from a block document, and from HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from postroom.content import blocks
from postroom.content.escapes import hide, plain_href, show
from postroom.content.own_html import clean_html

Node = Mapping[str, Any]

_BREAKING = re.compile(
    r"</?(p|div|tr|table|h[1-6]|ul|ol|dl|blockquote|pre|hr|center|figure|caption)\b[^>]*>", re.IGNORECASE
)
_LINK = re.compile(
    r"""<a\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL
)
_IMAGE = re.compile(r"""<img\b[^>]*?\salt\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>""", re.IGNORECASE)
_CELL = re.compile(r"</(td|th|dt|dd|figcaption)\s*>", re.IGNORECASE)


def text_of_document(nodes: Sequence[Node]) -> str:
    """A document's blocks as text, an empty line between them."""
    return "\n\n".join(filter(None, (_block(node) for node in nodes)))


def _block(node: Node) -> str:
    kind, attrs = node.get("type"), blocks.attrs_of(node)
    if kind in ("paragraph", "heading", "codeBlock"):
        return _inline(node)
    if kind in ("bulletList", "orderedList"):
        return _list(node)
    if kind == "blockquote":
        inner = text_of_document(blocks.content_of(node))
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
    if kind == "horizontalRule":
        return "---"
    if kind == "image":
        shown = str(attrs.get("alt") or "").strip()
        where = plain_href(attrs.get("href"))
        if where == "#":
            return f"[{shown}]" if shown else ""
        return f"[{shown or 'Image'}] {where}"
    if kind == "button":
        label, where = str(attrs.get("label") or "").strip(), plain_href(attrs.get("href"))
        return f"{label}: {where}" if where != "#" else label
    if kind == "html":
        return text_of_html(clean_html(str(attrs.get("html") or "")).html)
    return ""


def _list(node: Node) -> str:
    is_ordered = node.get("type") == "orderedList"
    start = blocks.start_of(node)
    lines = []
    for number, item in enumerate(blocks.content_of(node), start):
        mark = f"{number}. " if is_ordered else "- "
        inner = text_of_document(blocks.content_of(item)).replace("\n\n", "\n")
        lines.append(mark + inner.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _inline(node: Node) -> str:
    """A block's words; an address stands behind the last of the words that lead to it."""
    out: list[str] = []
    for href, run in blocks.runs(node):
        words = "".join(_piece(child) for child in run)
        where = plain_href(href) if href else ""
        out.append(f"{words} ({where})" if where not in ("", "#", words.strip()) else words)
    return "".join(out)


def _piece(child: Node) -> str:
    kind = child.get("type")
    if kind == "text":
        return str(child.get("text") or "")
    if kind == "variable":
        return blocks.variable(child, in_html=False)
    return "\n" if kind == "hardBreak" else ""


def text_of_html(source: str) -> str:
    """A readable text of HTML: blocks on lines of their own, links with their addresses."""
    masked, pieces = hide(source)
    masked = re.sub(r"<(script|style|head|title)\b.*?</\1\s*>", "", masked, flags=re.IGNORECASE | re.DOTALL)
    masked = re.sub(r"\s+", " ", masked)
    masked = _IMAGE.sub(lambda m: f"[{m[1] or m[2]}]" if (m[1] or m[2]) else "", masked)
    masked = _LINK.sub(_link, masked)
    masked = re.sub(r"<br\s*/?>", "\n", masked, flags=re.IGNORECASE)
    masked = re.sub(r"<li\b[^>]*>", "\n- ", masked, flags=re.IGNORECASE)
    masked = re.sub(r"<[^>]*>", "", _CELL.sub(" ", _BREAKING.sub("\n\n", masked)))
    lines = "\n".join(line.strip() for line in html.unescape(masked).split("\n"))
    return show(re.sub(r"\n{3,}", "\n\n", lines).strip("\n"), pieces)


def _link(found: re.Match[str]) -> str:
    href, shown = found[1] or found[2] or "", re.sub(r"<[^>]*>", "", found[3]).strip()
    if not href or href.startswith("#") or shown == href:
        return shown or href
    return f"{shown} ({href})" if shown else href
