"""A block document, or HTML as programs send it, to the two parts of a letter. Liquid stays in place.

One function per node type; tables for layout, styles inline. What every letter needs stands outside the
document in
every mode: preheader, footer with postal address and unsubscribe link, the place of the open pixel.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import css_inline
import nh3

from postroom.content import liquid
from postroom.content.document import upgrade

PIXEL_MARK = "<!--open-pixel-->"
"""Where the compiler puts the open pixel."""

WIDTH = 600
INK, SOFT, LINE, PAPER, ACCENT = "#23211c", "#5e5a52", "#e6e3dc", "#ffffff", "#1f6b52"
_SERIF = "Newsreader,Georgia,'Times New Roman',serif"
_SANS = "Inter,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"
_HEADINGS = {1: "30px/1.2", 2: "24px/1.25", 3: "19px/1.35"}
_URL = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_]{1,100}\Z")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_HIDDEN = re.compile(r"xlqx(\d{1,7})x")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BLOCK_COMMENT = re.compile(r"<!--(xlqx\d{1,7}x)-->")
_TAG = re.compile(r"""(<[a-zA-Z/!](?:[^<>"']|"[^"<]*"|'[^'<]*')*>)""")
_ALIGNS = ("left", "center", "right")

_STYLE = """<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (max-width: 620px) { .page { width: 100% !important; } .pad { padding: 24px 20px !important; } }
@media (prefers-color-scheme: dark) {
.paper { background: #1c1b19 !important; } .ink { color: #f2f0eb !important; }
.soft { color: #b9b4a9 !important; } .rule { border-color: #3a3833 !important; }
.ink a { color: #7fd0b0 !important; } .ink a.button { color: inherit !important; }
}
</style>"""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Both parts of a letter, Liquid left in."""

    html: str
    text: str


def render_letter(
    kind: str,
    body: Mapping[str, Any],
    *,
    preview_text: str = "",
    footer: bool = True,
    postal_address: str = "",
    base_url: str = "",
) -> Rendered:
    """A letter of `kind` document or html. `base_url` completes addresses of the house's own images.

    Raises DocumentInvalid for a body that is neither."""
    if kind == "html" or "html" in body:
        source = str(body.get("html") or "")
        inner = clean_html(source)
        text = text_of_html(inner)
    else:
        nodes = upgrade(dict(body))["doc"].get("content") or []
        inner, text = _blocks(nodes, base_url), _text_blocks(nodes)
    return Rendered(
        _page(inner, preview_text, _footer_html(postal_address) if footer else ""),
        text.strip("\n") + "\n" + (_footer_text(postal_address) if footer else ""),
    )


# The page around.


def _page(inner: str, preview_text: str, foot: str) -> str:
    preheader = ""
    if preview_text:
        hidden = (
            "display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;opacity:0"
        )
        preheader = f'<div style="{hidden}">{_escape(preview_text)}{"&#847;&zwnj;&nbsp;" * 40}</div>\n'
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<title></title>\n'
        f"{_STYLE}\n</head>\n"
        f'<body class="paper" style="margin:0;padding:0;background:{PAPER}">\n{preheader}{PIXEL_MARK}\n'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
        '<td align="center">\n'
        f'<table role="presentation" class="page" width="{WIDTH}" cellpadding="0" cellspacing="0" border="0" '
        f'style="width:{WIDTH}px;max-width:100%"><tr>\n'
        f'<td class="pad ink" align="left" style="padding:32px 24px;font:17px/1.6 {_SERIF};color:{INK}">\n'
        f"{inner}\n{foot}</td></tr></table>\n</td></tr></table>\n</body>\n</html>\n"
    )


def _footer_html(postal_address: str) -> str:
    lines = [_neutral(html.escape(line.strip())) for line in postal_address.splitlines() if line.strip()]
    address = f'<p style="margin:0 0 8px">{"<br>".join(lines)}</p>\n' if lines else ""
    link = f"color:{SOFT};text-decoration:underline"
    return (
        f'<div class="soft rule" style="margin:40px 0 0;padding:20px 0 0;border-top:1px solid {LINE};'
        f'font:13px/1.6 {_SANS};color:{SOFT}">\n{address}<p style="margin:0">'
        f'<a href="{{{{ unsubscribe_url }}}}" class="soft" style="{link}">Unsubscribe</a> &middot; '
        f'<a href="{{{{ subscriber_preferences_url }}}}" class="soft" style="{link}">Update your profile</a>'
        "</p>\n</div>\n"
    )


def _footer_text(postal_address: str) -> str:
    lines = [line.strip().replace("{", "{\u200b") for line in postal_address.splitlines() if line.strip()]
    address = "\n".join(lines) + "\n\n" if lines else ""
    own = "Unsubscribe: {{ unsubscribe_url }}\nUpdate your profile: {{ subscriber_preferences_url }}\n"
    return f"\n--\n{address}{own}"


# Blocks to HTML.


def _blocks(nodes: Sequence[Mapping[str, Any]], base_url: str) -> str:
    return "\n".join(filter(None, (_block(node, base_url) for node in nodes)))


def _block(node: Mapping[str, Any], base_url: str) -> str:
    make = _BLOCKS.get(str(node.get("type")))
    return make(node, base_url) if make else ""


def _paragraph(node: Mapping[str, Any], base_url: str) -> str:
    return f'<p style="margin:0 0 20px{_align(node)}">{_inline(node) or "&nbsp;"}</p>'


def _heading(node: Mapping[str, Any], base_url: str) -> str:
    level = _attrs(node).get("level")
    level = level if level in _HEADINGS else 2
    font = f"font:600 {_HEADINGS[level]} {_SERIF}"
    style = f"margin:32px 0 12px;{font};color:{INK}{_align(node)}"
    return f'<h{level} class="ink" style="{style}">{_inline(node)}</h{level}>'


def _list(tag: str) -> Callable[[Mapping[str, Any], str], str]:
    def make(node: Mapping[str, Any], base_url: str) -> str:
        start = _attrs(node).get("start")
        first = f' start="{start}"' if tag == "ol" and isinstance(start, int) and start != 1 else ""
        items = "\n".join(
            f'<li style="margin:0 0 8px">{_item(item, base_url)}</li>' for item in node.get("content") or []
        )
        return f'<{tag}{first} style="margin:0 0 20px;padding:0 0 0 26px">\n{items}\n</{tag}>'

    return make


def _item(node: Mapping[str, Any], base_url: str) -> str:
    parts = []
    for child in node.get("content") or []:
        parts.append(_inline(child) if child.get("type") == "paragraph" else _block(child, base_url))
    return "<br>".join(filter(None, parts))


def _quote(node: Mapping[str, Any], base_url: str) -> str:
    style = f"margin:0 0 20px;padding:0 0 0 18px;border-left:3px solid {LINE}"
    inner = _blocks(node.get("content") or [], base_url)
    return f'<blockquote class="rule" style="{style}">\n{inner}\n</blockquote>'


def _code(node: Mapping[str, Any], base_url: str) -> str:
    style = "margin:0 0 20px;font:14px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap"
    return f'<pre style="{style}">{_escape(_plain_text(node))}</pre>'


def _rule(node: Mapping[str, Any], base_url: str) -> str:
    return f'<hr class="rule" style="margin:32px 0;border:0;border-top:1px solid {LINE}">'


def _image(node: Mapping[str, Any], base_url: str) -> str:
    attrs = _attrs(node)
    source = str(attrs.get("src") or "")
    if source.startswith("/") and not source.startswith("//"):
        source = base_url + source
    if not _URL.match(source) and not source.startswith("{{"):
        return ""
    width = attrs.get("width")
    width = min(int(width), WIDTH - 48) if isinstance(width, (int, float)) and width > 0 else WIDTH - 48
    picture = (
        f'<img src="{_escape(source)}" alt="{_escape(str(attrs.get("alt") or ""))}" width="{width}" '
        f'style="display:inline-block;border:0;width:{width}px;max-width:100%;height:auto">'
    )
    if attrs.get("href"):
        picture = f'<a href="{_href(attrs["href"])}">{picture}</a>'
    return f'<p style="margin:0 0 20px{_align(node)}">{picture}</p>'


def _button(node: Mapping[str, Any], base_url: str) -> str:
    attrs = _attrs(node)
    colour = str(attrs.get("color") or "")
    colour = colour if _COLOUR.match(colour) else ACCENT
    ink = ink_on(colour)
    align = attrs.get("align") if attrs.get("align") in _ALIGNS else "left"
    label = _escape(str(attrs.get("label") or "")) or "&nbsp;"
    return (
        f'<table role="presentation" cellpadding="0" cellspacing="0" border="0" align="{align}" '
        f'style="margin:8px 0 28px"><tr><td style="border-radius:8px;background:{colour}" bgcolor="{colour}">'
        f'<a class="button" href="{_href(attrs.get("href"))}" style="display:inline-block;padding:12px 22px;'
        f'font:600 16px/1.25 {_SANS};color:{ink} !important;text-decoration:none">'
        f'<span style="color:{ink}">{label}</span></a></td></tr></table><div style="clear:both"></div>'
    )


def _html(node: Mapping[str, Any], base_url: str) -> str:
    return clean_html(str(_attrs(node).get("html") or ""))


_BLOCKS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bulletList": _list("ul"),
    "orderedList": _list("ol"),
    "blockquote": _quote,
    "codeBlock": _code,
    "horizontalRule": _rule,
    "image": _image,
    "button": _button,
    "html": _html,
}

_MARKS = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "underline": ("<u>", "</u>"),
    "strike": ("<s>", "</s>"),
    "code": ('<code style="font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.9em">', "</code>"),
}


def _inline(node: Mapping[str, Any]) -> str:
    """The inline content of a block. Runs with the same link stand in one link, so that Liquid is not
    torn."""
    out: list[str] = []
    for child in node.get("content") or []:
        kind = child.get("type")
        if kind == "text":
            piece = _escape(str(child.get("text") or ""))
        elif kind == "variable":
            piece = _variable(child, html_=True)
        elif kind == "hardBreak":
            piece = "<br>"
        else:
            continue
        href = None
        for mark in child.get("marks") or []:
            if mark.get("type") == "link":
                href = (mark.get("attrs") or {}).get("href")
            opening, closing = _MARKS.get(str(mark.get("type")), ("", ""))
            piece = opening + piece + closing
        out.append(f'<a href="{_href(href)}" style="color:{ACCENT}">{piece}</a>' if href else piece)
    return "".join(out)


def _variable(node: Mapping[str, Any], *, html_: bool) -> str:
    attrs = _attrs(node)
    name, fallback = str(attrs.get("name") or ""), str(attrs.get("fallback") or "")
    if not _NAME.match(name):
        return ""
    default = f" | default: {liquid.quote(fallback, html=html_)}" if fallback else ""
    return f"{{{{ subscriber.{name}{default} }}}}"


# Blocks to text.


def _text_blocks(nodes: Sequence[Mapping[str, Any]]) -> str:
    return "\n\n".join(filter(None, (_text_block(node) for node in nodes)))


def _text_block(node: Mapping[str, Any]) -> str:
    kind, attrs = node.get("type"), _attrs(node)
    if kind in ("paragraph", "heading", "codeBlock"):
        return _text_inline(node)
    if kind in ("bulletList", "orderedList"):
        found = attrs.get("start")
        start = found if isinstance(found, int) else 1
        items = [_text_blocks(item.get("content") or []) for item in node.get("content") or []]
        marks = [f"{start + n}. " if kind == "orderedList" else "- " for n in range(len(items))]
        return "\n".join(
            mark + item.replace("\n\n", "\n").replace("\n", "\n" + " " * len(mark))
            for mark, item in zip(marks, items, strict=True)
        )
    if kind == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _text_blocks(node.get("content") or []).split("\n"))
    if kind == "horizontalRule":
        return "---"
    if kind == "image":
        shown = str(attrs.get("alt") or "").strip()
        where = _plain_href(attrs.get("href")) if attrs.get("href") else ""
        return f"[{shown or 'Image'}]" + (f" {where}" if where else "") if shown or where else ""
    if kind == "button":
        return f"{attrs.get('label') or ''}: {_plain_href(attrs.get('href'))}"
    if kind == "html":
        return text_of_html(clean_html(str(attrs.get("html") or "")))
    return ""


def _text_inline(node: Mapping[str, Any]) -> str:
    out: list[str] = []
    for child in node.get("content") or []:
        kind = child.get("type")
        if kind == "text":
            piece = str(child.get("text") or "")
        elif kind == "variable":
            piece = _variable(child, html_=False)
        else:
            piece = "\n" if kind == "hardBreak" else ""
        for mark in child.get("marks") or []:
            if mark.get("type") == "link":
                href = _plain_href((mark.get("attrs") or {}).get("href"))
                piece = piece if piece == href else f"{piece} ({href})"
        out.append(piece)
    return "".join(out)


# HTML as it came.

_TAGS = frozenset(
    (
        "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd",
        "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5",
        "h6", "hr", "i", "img", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span",
        "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt",
        "u", "ul", "wbr",
    )
)  # fmt: skip
_ATTRIBUTES = {
    "*": {
        "style",
        "class",
        "align",
        "valign",
        "width",
        "height",
        "bgcolor",
        "dir",
        "lang",
        "role",
        "title",
        "id",
    },
    "a": {"href", "target", "name"},
    "img": {"src", "alt", "border"},
    "table": {"cellpadding", "cellspacing", "border"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "ol": {"start", "type"},
    "font": {"color", "face", "size"},
}
_BREAKING = re.compile(r"</?(p|div|tr|table|h[1-6]|ul|ol|blockquote|pre|hr|center)\b[^>]*>", re.IGNORECASE)
_LINK = re.compile(
    r"""<a\b[^>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL
)
_IMAGE = re.compile(r"""<img\b[^>]*?\salt\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>""", re.IGNORECASE)


def clean_html(source: str) -> str:
    """Creators' HTML without script, handlers, forms, frames; style sheets put into tags; Liquid kept."""
    masked, pieces = _hide(source)
    masked = _wrap_blocks(_COMMENT.sub("", masked), pieces)
    if "<style" in masked.lower():
        masked = css_inline.inline(masked, keep_style_tags=False, load_remote_stylesheets=False)
    clean = nh3.clean(
        masked,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=False,
    )
    return _show(_COMMENT.sub("", _BLOCK_COMMENT.sub(r"\1", clean)), pieces)


def _wrap_blocks(masked: str, pieces: Sequence[str]) -> str:
    """`{% … %}` between tags as comments: words between rows would be moved out of their table."""
    parts = _TAG.split(masked)
    parts[::2] = [
        _HIDDEN.sub(lambda m: f"<!--{m[0]}-->" if _is_block(m, pieces) else m[0], text) for text in parts[::2]
    ]
    return "".join(parts)


def _is_block(found: re.Match[str], pieces: Sequence[str]) -> bool:
    number = int(found[1])
    return number < len(pieces) and pieces[number].startswith("{%")


def text_of_html(source: str) -> str:
    """A readable text of HTML: blocks on lines of their own, links with their addresses."""
    masked, pieces = _hide(source)
    masked = re.sub(r"<(script|style|head|title)\b.*?</\1\s*>", "", masked, flags=re.IGNORECASE | re.DOTALL)
    masked = re.sub(r"\s+", " ", masked)
    masked = _IMAGE.sub(lambda m: f"[{m[1] or m[2]}]" if (m[1] or m[2]) else "", masked)
    masked = _LINK.sub(_link_text, masked)
    masked = re.sub(r"<br\s*/?>", "\n", masked, flags=re.IGNORECASE)
    masked = re.sub(r"<li\b[^>]*>", "\n- ", masked, flags=re.IGNORECASE)
    masked = re.sub(r"<[^>]*>", "", _BREAKING.sub("\n\n", masked))
    lines = "\n".join(line.strip() for line in html.unescape(masked).split("\n"))
    return _show(re.sub(r"\n{3,}", "\n\n", lines).strip("\n"), pieces)


def _link_text(found: re.Match[str]) -> str:
    href, shown = found[1] or found[2] or "", re.sub(r"<[^>]*>", "", found[3]).strip()
    if not href or href.startswith("#") or shown == href:
        return shown or href
    return f"{shown} ({href})" if shown else href


def _hide(source: str) -> tuple[str, list[str]]:
    """Liquid replaced by words that neither parser nor sanitiser changes, in text and in addresses alike."""
    masked, pieces = liquid.mask(source)
    return liquid.MARK.sub(lambda m: f"xlqx{m[1]}x", masked), pieces


def _show(text: str, pieces: Sequence[str]) -> str:
    return _HIDDEN.sub(lambda m: pieces[int(m[1])] if int(m[1]) < len(pieces) else m[0], text)


# Small things.


def ink_on(colour: str) -> str:
    """White or near-black, whichever stands out more on `colour` (WCAG 2 relative luminance)."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if (1.05 / (light + 0.05)) >= ((light + 0.05) / 0.05) else "#1a1814"


def _attrs(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return node.get("attrs") or {}


def _align(node: Mapping[str, Any]) -> str:
    attrs = _attrs(node)
    found = attrs.get("align") or attrs.get("textAlign")
    return f";text-align:{found}" if found in ("center", "right") else ""


def _plain_text(node: Mapping[str, Any]) -> str:
    return "".join(str(child.get("text") or "") for child in node.get("content") or [])


def _escape(text: str) -> str:
    """Text for HTML; Liquid in it stays as it was typed."""
    masked, pieces = liquid.mask(text)
    return liquid.unmask(html.escape(masked), pieces)


def _neutral(text: str) -> str:
    """Text that Liquid must not read."""
    return text.replace("{", "&#123;")


def _plain_href(href: object) -> str:
    text = str(href or "").strip()
    return text if _URL.match(text) or text.startswith("{{") else "#"


def _href(href: object) -> str:
    return _escape(_plain_href(href))
