"""A block document as the inside of a letter: one function per node type, styles in the tags.

A node that this version does not know is left out; the document keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from postroom.content import liquid
from postroom.content.escapes import attribute, escape, href, plain_href, source_of
from postroom.content.own_html import clean_html
from postroom.content.shell import ACCENT, INK, INNER_WIDTH, LINE, MONO, SANS, SERIF, SUNKEN

Node = Mapping[str, Any]

_HEADINGS = {1: "30px/1.2", 2: "24px/1.25", 3: "19px/1.35"}
_NAME = re.compile(r"[A-Za-z0-9_]{1,100}\Z")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_MARKS = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "underline": ("<u>", "</u>"),
    "strike": ("<s>", "</s>"),
    "code": (f'<code style="font-family:{MONO};font-size:.9em">', "</code>"),
}


@dataclass
class Inside:
    """What is gathered while blocks are written: sheets of HTML blocks, whether one has colours of its own.

    `base_url` completes addresses of the house's own images; `at_top`: nothing was written yet."""

    base_url: str = ""
    sheets: list[str] = field(default_factory=list)
    has_colours: bool = False
    has_dark: bool = False
    at_top: bool = True


def write(nodes: Sequence[Node], inside: Inside) -> str:
    """The blocks as HTML, Liquid in its place."""
    return "\n".join(filter(None, (_block(node, inside) for node in nodes)))


def attrs_of(node: Node) -> Mapping[str, Any]:
    """A node's attributes, {} when it has none."""
    return node.get("attrs") or {}


def content_of(node: Node) -> Sequence[Node]:
    """A node's children, [] when it has none."""
    return node.get("content") or []


def start_of(node: Node) -> int:
    """The first number of an ordered list."""
    found = attrs_of(node).get("start")
    return found if isinstance(found, int) and not isinstance(found, bool) else 1


def runs(node: Node) -> Iterator[tuple[object, list[Node]]]:
    """A block's inline content, parted where the address it leads to changes (None: nowhere)."""
    for address, run in groupby(content_of(node), _address):
        yield address, list(run)


def variable(node: Node, *, in_html: bool) -> str:
    """A variable chip as Liquid; "" for a name that no field can have."""
    attrs = attrs_of(node)
    name, fallback = str(attrs.get("name") or ""), str(attrs.get("fallback") or "")
    if not _NAME.match(name):
        return ""
    default = f" | default: {liquid.quote(fallback, html=in_html)}" if fallback else ""
    return f"{{{{ subscriber.{name}{default} }}}}"


def ink_on(colour: str) -> str:
    """White or near-black, whichever stands out more on `colour` (WCAG 2 relative luminance)."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if (1.05 / (light + 0.05)) >= ((light + 0.05) / 0.05) else "#1a1814"


def _block(node: Node, inside: Inside) -> str:
    make = _BLOCKS.get(str(node.get("type")))
    written = make(node, inside) if make else ""
    inside.at_top = inside.at_top and not written
    return written


def _paragraph(node: Node, inside: Inside) -> str:
    return f'<p style="margin:0 0 20px{_align(node)}">{_inline(node) or "&nbsp;"}</p>'


def _heading(node: Node, inside: Inside) -> str:
    found = attrs_of(node).get("level")
    level = found if isinstance(found, int) and found in _HEADINGS else 2
    top = "0" if inside.at_top else "32px"
    style = f"margin:{top} 0 12px;font:600 {_HEADINGS[level]} {SERIF};color:{INK}{_align(node)}"
    return f'<h{level} class="pr-ink" style="{style}">{_inline(node)}</h{level}>'


def _list(node: Node, inside: Inside, margin: str = "0 0 20px") -> str:
    tag = "ol" if node.get("type") == "orderedList" else "ul"
    start = start_of(node)
    first = f' start="{start}"' if tag == "ol" and start != 1 else ""
    items = "\n".join(f'<li style="margin:0 0 8px">{_item(item, inside)}</li>' for item in content_of(node))
    return f'<{tag}{first} style="margin:{margin};padding:0 0 0 26px">\n{items}\n</{tag}>'


def _item(node: Node, inside: Inside) -> str:
    """An item's paragraphs stand bare, a line break between two of them; a list stands close."""
    out = ""
    for child in content_of(node):
        is_text = child.get("type") == "paragraph"
        if child.get("type") in ("bulletList", "orderedList"):
            piece = _list(child, inside, "8px 0 0")
        else:
            piece = _inline(child) if is_text else _block(child, inside)
        out += ("<br>" if is_text and out and piece else "") + piece
    return out


def _quote(node: Node, inside: Inside) -> str:
    style = f"margin:0 0 20px;padding:0 0 0 18px;border-left:3px solid {LINE}"
    return f'<blockquote class="pr-rule" style="{style}">\n{write(content_of(node), inside)}\n</blockquote>'


def _code(node: Node, inside: Inside) -> str:
    text = "".join(str(child.get("text") or "") for child in content_of(node))
    style = (
        f"margin:0 0 20px;padding:14px 16px;background:{SUNKEN};border-radius:8px;font:14px/1.5 {MONO};"
        "white-space:pre-wrap;word-break:break-word"
    )
    return f'<pre class="pr-sunken" style="{style}">{escape(text)}</pre>'


def _rule(node: Node, inside: Inside) -> str:
    return f'<hr class="pr-rule" style="margin:32px 0;border:0;border-top:1px solid {LINE}">'


def _image(node: Node, inside: Inside) -> str:
    """`width` is in pixels; without one the picture has its own size, and in Outlook the letter's."""
    attrs = attrs_of(node)
    source = source_of(attrs.get("src"), inside.base_url)
    if not source:
        return ""
    wanted = attrs.get("width")
    width, css_width = INNER_WIDTH, "auto"
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool) and wanted >= 1:
        width = int(min(wanted, INNER_WIDTH))
        css_width = f"{width}px"
    picture = (
        f'<img src="{source}" alt="{attribute(str(attrs.get("alt") or ""))}" width="{width}" '
        f'style="border:0;width:{css_width};max-width:100%;height:auto;vertical-align:middle">'
    )
    if plain_href(attrs.get("href")) != "#":
        picture = f'<a href="{href(attrs["href"])}">{picture}</a>'
    return f'<p style="margin:0 0 20px{_align(node)}">{picture}</p>'


def _button(node: Node, inside: Inside) -> str:
    """A table as wide as the letter aligns; in it one cell is the button, with padding for Outlook too."""
    attrs = attrs_of(node)
    colour = str(attrs.get("color") or "")
    colour = colour if _COLOUR.match(colour) else ACCENT
    ink = ink_on(colour)
    align = attrs.get("align") if attrs.get("align") in ("center", "right") else "left"
    label = escape(str(attrs.get("label") or "")) or "&nbsp;"
    table = '<table role="presentation" cellpadding="0" cellspacing="0" border="0"'
    return (
        f'{table} width="100%" style="margin:8px 0 28px"><tr><td align="{align}">{table}><tr>'
        f'<td bgcolor="{colour}" style="border-radius:8px;background:{colour};mso-padding-alt:12px 22px">'
        f'<a class="pr-button" href="{href(attrs.get("href"))}" style="display:inline-block;'
        f'padding:12px 22px;font:600 16px/1.25 {SANS};color:{ink};text-align:center;text-decoration:none">'
        f'<span style="color:{ink}">{label}</span></a></td></tr></table></td></tr></table>'
    )


def _html(node: Node, inside: Inside) -> str:
    found = clean_html(str(attrs_of(node).get("html") or ""), inside.base_url)
    if found.sheet:
        inside.sheets.append(found.sheet)
    inside.has_colours |= found.has_colours
    inside.has_dark |= found.has_dark
    return found.html


_BLOCKS: dict[str, Callable[[Node, Inside], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bulletList": _list,
    "orderedList": _list,
    "blockquote": _quote,
    "codeBlock": _code,
    "horizontalRule": _rule,
    "image": _image,
    "button": _button,
    "html": _html,
}


def _inline(node: Node) -> str:
    """The inline content of a block. What leads to one address stands in one link."""
    out: list[str] = []
    for address, run in runs(node):
        words = "".join(map(_piece, run))
        out.append(f'<a href="{href(address)}" style="color:{ACCENT}">{words}</a>' if address else words)
    return "".join(out)


def _piece(child: Node) -> str:
    kind = child.get("type")
    if kind == "text":
        piece = escape(str(child.get("text") or ""))
    elif kind == "variable":
        piece = variable(child, in_html=True)
    else:
        return "<br>" if kind == "hardBreak" else ""
    for mark in child.get("marks") or []:
        opening, closing = _MARKS.get(str(mark.get("type")), ("", ""))
        piece = opening + piece + closing
    return piece


def _address(child: Node) -> object:
    links = [mark for mark in child.get("marks") or [] if mark.get("type") == "link"]
    return (links[0].get("attrs") or {}).get("href") or None if links else None


def _align(node: Node) -> str:
    attrs = attrs_of(node)
    found = attrs.get("align") or attrs.get("textAlign")
    return f";text-align:{found}" if found in ("center", "right") else ""
