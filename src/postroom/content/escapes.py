"""Text, attributes and addresses for HTML, with Liquid left in its place."""

from __future__ import annotations

import html
import re
import secrets

from postroom.content import liquid

_SECRET = "xlq" + "".join(secrets.choice("abcdefghijkm") for _ in range(12))
"""Nobody can write a word themselves, in whatever code, and so put a piece where it does not belong."""
WORD = re.compile(rf"{_SECRET}[xb](\d{{1,7}})x")
"""Stands for a piece of Liquid while HTML or CSS is read: letters and digits, which no parser changes."""
BLOCK_WORD = re.compile(rf"{_SECRET}b(\d{{1,7}})x")
"""The same for tags (`{% … %}`), which print nothing themselves."""

_URL = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
_STRING = re.compile(r""""[^"]*"|'[^']*'""")


def hide(source: str) -> tuple[str, list[str]]:
    """`source` with a word in the place of each piece of Liquid, and the pieces.

    What stands between {% raw %} and {% endraw %} is not hidden: it is printed as it is, so it is cleaned."""
    masked, pieces = liquid.mask(source, open_raw=True)

    def word(mark: re.Match[str]) -> str:
        kind = "b" if pieces[int(mark[1])].startswith("{%") else "x"
        return f"{_SECRET}{kind}{mark[1]}x"

    return liquid.MARK.sub(word, masked), pieces


def show(text: str, pieces: list[str]) -> str:
    """The text with its Liquid back in place."""
    return WORD.sub(lambda m: pieces[int(m[1])] if int(m[1]) < len(pieces) else m[0], text)


def escape(text: str) -> str:
    """Text for HTML; Liquid in it stays as it was typed."""
    masked, pieces = liquid.mask(text, open_raw=True)
    return liquid.unmask(html.escape(masked), pieces)


def attribute(text: str) -> str:
    """A text for between double quotes; Liquid that would print one goes."""
    masked, pieces = liquid.mask(text, open_raw=True)
    return liquid.unmask(html.escape(masked), [piece if fits_attribute(piece) else "" for piece in pieces])


def fits_attribute(piece: str) -> bool:
    """Whether no text in this piece of Liquid holds a double quote, which would end the attribute."""
    return not any('"' in found[0][1:-1] for found in _STRING.finditer(piece))


def neutral(text: str) -> str:
    """Text for HTML that Liquid must not read."""
    return html.escape(text).replace("{", "&#123;")


def plain_href(href: object) -> str:
    """The address of a link, or `#` for anything but http(s), mailto, tel and Liquid."""
    text = str(href or "").strip()
    return text if _URL.match(text) or text.startswith("{{") else "#"


def href(href: object) -> str:
    """The same for between double quotes."""
    return plain_href(attribute(plain_href(href)))  # what is left without its Liquid must be an address too


def source_of(src: object, base_url: str) -> str:
    """The address of an image for between double quotes; "" for anything but http(s) and Liquid.

    `base_url` completes the house's own, which begin with a slash."""
    text = str(src or "").strip()
    if text.startswith("/") and not text.startswith("//") and base_url:
        text = base_url + text
    found = attribute(text)
    return found if re.match(r"https?://|\{\{", found, re.IGNORECASE) else ""
