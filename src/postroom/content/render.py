"""A block document, or HTML as programs send it, to the two parts of a letter. Liquid stays in place.

`blocks` writes documents, `own_html` and `styles` clean what creators wrote themselves, `plain` makes the
text part, and `shell` puts around every letter what each of them needs: preheader, footer with postal address
and unsubscribe link, the place of the open pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from postroom.content import blocks, plain, shell
from postroom.content.document import upgrade
from postroom.content.own_html import clean_html
from postroom.content.shell import PIXEL_MARK

__all__ = ["PIXEL_MARK", "Rendered", "render_letter"]


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

    HTML with a body element keeps its own paper, any other stands on the house's. Our dark colours apply
    where nothing in the letter has its own. Raises DocumentInvalid for a body that is neither."""
    foot = shell.footer_html(postal_address) if footer else ""
    if kind == "html" or "html" in body:
        found = clean_html(str(body.get("html") or ""), base_url)
        inner, text = found.html, plain.text_of_html(found.html)
        frame = shell.Frame(
            preview_text=preview_text,
            footer=foot,
            sheet=found.sheet,
            own_page=found.is_page,
            lang=found.lang,
            body=found.body,
            is_dark=not found.has_colours,
            has_dark=found.has_dark,
        )
    else:
        nodes = upgrade(dict(body))["doc"].get("content") or []
        inside = blocks.Inside(base_url)
        inner, text = blocks.write(nodes, inside), plain.text_of_document(nodes)
        frame = shell.Frame(
            preview_text=preview_text,
            footer=foot,
            sheet="\n".join(inside.sheets),
            is_dark=not inside.has_colours,
            has_dark=inside.has_dark,
        )
    foot_text = shell.footer_text(postal_address) if footer else ""
    return Rendered(shell.page(inner, frame), text.strip("\n") + "\n" + foot_text)
