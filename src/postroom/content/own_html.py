"""HTML that creators wrote themselves, as a whole letter or as one block: cleaned, its styles where mail
programs read them, its Liquid kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

import css_inline
import nh3

from postroom.content import styles
from postroom.content.escapes import BLOCK_WORD, WORD, fits_attribute, hide, show

_TAGS = frozenset(
    (
        "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd",
        "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5",
        "h6", "hr", "i", "img", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span",
        "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt",
        "u", "ul", "wbr",
    )
)  # fmt: skip
_GONE_WITH_CONTENT = frozenset(("script", "style", "title", "template", "object", "select", "textarea"))
_ATTRIBUTES = {
    "*": {
        *("style", "class", "align", "valign", "width", "height", "bgcolor", "dir", "lang", "role", "title"),
        *("id", "background"),
    },
    "a": {"href", "target", "name"},
    "img": {"src", "alt", "border"},
    "table": {"cellpadding", "cellspacing", "border"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap", "scope"},
    "ol": {"start", "type"},
    "font": {"color", "face", "size"},
}
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_COMMENT_OR_SHEET = re.compile(
    r"<!--.*?(?:-->|\Z)|<style\b([^<>]*)>(.*?)(?:</style\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_MEDIA = re.compile(r"""\bmedia\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_BLOCK_COMMENT = re.compile(f"<!--({BLOCK_WORD.pattern})-->")
_TAG = re.compile(r"""(<[a-zA-Z/!](?:[^<>"']|"[^"<]*"|'[^'<]*')*>)""")
_PAGE_TAG = re.compile(r"""<(html|body)\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""", re.IGNORECASE)
_COLOUR = re.compile(r"""\bbgcolor=|<font [^>]*color=|style="[^"]*\b(?:color|background(?:-image)?):""")
_LANG = re.compile(r"[A-Za-z0-9-]{2,35}\Z")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`html` is what goes into the letter, `sheet` what goes into the head's style element.

    `is_page`: it came as a whole page and has its own paper; `lang` and `body` (attributes, ready to print)
    are that page's. `has_colours`: on a dark paper it would be hard to read. `has_dark`: it knows by itself
    what to do in the dark."""

    html: str
    sheet: str = ""
    is_page: bool = False
    lang: str = ""
    body: str = ""
    has_colours: bool = False
    has_dark: bool = False


def clean_html(source: str, base_url: str = "") -> Cleaned:
    """Creators' HTML without script, handlers, forms, frames; Liquid kept.

    `base_url` completes addresses that begin with a slash. Comments go, with them what only Outlook reads."""
    masked, pieces = hide(source)
    masked, found = _take_sheets(masked)
    came_whole = bool(_PAGE_TAG.search(masked))
    sheet = styles.clean_sheet(found)
    kept = sheet.kept
    if sheet.for_tags:
        try:
            masked = css_inline.inline(
                _wrap_blocks(masked), extra_css=sheet.for_tags, load_remote_stylesheets=False
            )
        except css_inline.InlineError:
            kept = f"{sheet.for_tags}\n{kept}"
    page = _page_tags(masked) if came_whole else {}
    clean = nh3.clean(
        _wrap_blocks(_BLOCK_COMMENT.sub(r"\1", masked)),
        tags=set(_TAGS),
        clean_content_tags=set(_GONE_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(name, value, pieces, base_url),
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        strip_comments=False,
    )
    clean = _COMMENT.sub("", _BLOCK_COMMENT.sub(r"\1", clean))
    return Cleaned(
        html=show(clean, pieces).strip(),
        sheet=show(kept, pieces),
        is_page=came_whole,
        lang=page.get("lang", ""),
        body=show(_body(page, pieces, base_url), pieces),
        has_colours=bool(_COLOUR.search(clean)),
        has_dark="prefers-color-scheme" in kept,
    )


def _take_sheets(masked: str) -> tuple[str, str]:
    """The HTML without comments and style elements, and the sheets one after the other."""
    sheets: list[str] = []

    def take(found: re.Match[str]) -> str:
        if found[2] is None:
            return ""
        media = _MEDIA.search(found[1])
        wanted = (media[1] or media[2] or "").strip() if media else ""
        sheets.append(f"@media {wanted} {{\n{found[2]}\n}}" if wanted not in ("", "all") else found[2])
        return ""

    return _COMMENT_OR_SHEET.sub(take, masked), "\n".join(sheets)


def _wrap_blocks(masked: str) -> str:
    """`{% … %}` between tags as comments: words between rows would be moved out of their table."""
    parts = _TAG.split(masked)
    parts[::2] = [BLOCK_WORD.sub(lambda m: f"<!--{m[0]}-->", text) for text in parts[::2]]
    return "".join(parts)


def _attribute(name: str, value: str, pieces: list[str], base_url: str) -> str | None:
    """What may stand in an attribute that is allowed at all; None takes it out."""
    for word in WORD.finditer(value):
        if int(word[1]) < len(pieces) and not fits_attribute(pieces[int(word[1])]):
            return None
    if name == "style":
        return styles.clean_attribute(value) or None
    if name in ("src", "href", "background"):
        return _address(value.strip(), base_url, is_link=name == "href")
    return value


def _address(url: str, base_url: str, *, is_link: bool) -> str | None:
    """Complete addresses as they are, the house's own completed; others lead nowhere in a letter."""
    if url.startswith("//"):
        return "https:" + url
    if url.startswith("/"):
        return base_url + url if base_url else None
    if WORD.match(url) or re.match(r"https?://", url, re.IGNORECASE):
        return url
    return url if is_link and re.match(r"#|mailto:|tel:", url, re.IGNORECASE) else None


class _PageTags(HTMLParser):
    """The attributes of html and body."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if tag == "body" or (tag == "html" and name in ("lang", "dir")):
                self.found[name] = value or ""


def _page_tags(masked: str) -> dict[str, str]:
    reader = _PageTags()
    for tag in _PAGE_TAG.finditer(masked):
        reader.feed(tag[0])
    lang = reader.found.pop("lang", "")
    return {**reader.found, "lang": lang if _LANG.match(lang) else ""}


def _body(page: dict[str, str], pieces: list[str], base_url: str) -> str:
    """Those of body's attributes that a letter's own body may have."""
    kept = {
        name: found
        for name in ("class", "dir", "bgcolor", "style")
        if name in page and (found := _attribute(name, page[name], pieces, base_url))
    }
    return "".join(
        f' {name}="{escape(value)}"' for name, value in kept.items() if not BLOCK_WORD.search(value)
    )
