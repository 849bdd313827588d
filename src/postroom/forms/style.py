"""How a form looks: a few numbers and colours from tables, never a creator's own CSS; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from postroom.forms.errors import FormInvalid

COLOUR = re.compile(r"#[0-9a-f]{6}\Z")
MAX_RADIUS_PX = 24
CARD_RADIUS_PX = 12
"""Corners of a form with a colour or picture of its own, when its creator left them as they come."""
MAX_ALT_CHARS = 300
PLACES = ("side", "top")
_NUMBERS = {"radius": range(MAX_RADIUS_PX + 1), "picture_id": range(1, 2**53)}
INK, PAPER = "#1c1a16", "#ffffff"
"""The two colours of text; whichever reads better on a creator's colour is taken."""


def check_style(field: str, value: Any) -> dict[str, Any]:
    """A style as it is stored: only what was set, each from its table. Raises FormInvalid.

    accent, background: `#rrggbb`; radius: 0 to 24 px; picture_id: an uploaded image; picture_alt: its words
    for who cannot see it; picture_place: side or top."""
    if not isinstance(value, Mapping):
        raise FormInvalid("This must be a style.", field=field, help="Send a JSON object.")
    out: dict[str, Any] = {}
    for name, given in value.items():
        if given is None or given == "":
            continue
        if name in ("accent", "background"):
            out[name] = _colour(field, given)
        elif name in _NUMBERS and _is_whole(given) and given in _NUMBERS[name]:
            out[name] = given
        elif name == "picture_alt" and isinstance(given, str) and len(given) <= MAX_ALT_CHARS:
            out[name] = given.replace("\x00", "").strip()
        elif name == "picture_place" and given in PLACES:
            out[name] = given
        else:
            raise FormInvalid(
                f"“{name}” cannot be set to that.",
                field=field,
                help=f"Colours are #rrggbb, radius is 0 to {MAX_RADIUS_PX}, a picture stands at side or top.",
            )
    return out


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _colour(field: str, given: Any) -> str:
    text = given.strip().lower() if isinstance(given, str) else ""
    if not COLOUR.match(text):
        raise FormInvalid("This is no colour.", field=field, help="Write it like #2f6f4f.")
    return text


def contrast(one: str, other: str) -> float:
    """How well one colour reads on another, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def text_on(colour: str) -> str:
    """Dark or white text, whichever reads better, always with at least 4.5:1.

    In a narrow band of middle tones only pure black gets there; black or white has 4.58:1 on every colour."""
    best = max((INK, PAPER), key=lambda text: contrast(text, colour))
    return best if contrast(best, colour) >= 4.5 else "#000000"


def stylesheet(uid: str, style: Mapping[str, Any]) -> str:
    """The rules of one form, bound to its uid; empty for a form that was left as it comes.

    Two class-like selectors win over the page's own simple rules, and a page may still overrule them."""
    form = f'.formkit-form[data-uid="{uid}"]'
    rules: list[str] = []
    if paper := style.get("background"):
        ink = text_on(paper)
        rules += [
            f"{form}{{background:{paper};color:{ink};color-scheme:{'dark' if ink == PAPER else 'light'}}}",
            f"{form} :is(h1,h2,label,a,.formkit-subheader,.formkit-guarantee){{color:inherit}}",
            f"{form} .formkit-input{{color:{ink};background:transparent;"
            "border-color:color-mix(in srgb,currentColor 60%,transparent)}",
        ]
    if accent := style.get("accent"):
        rules.append(
            f"{form} .formkit-submit{{background:{accent};border-color:{accent};color:{text_on(accent)}}}"
        )
    radius = style.get("radius")
    if paper or style.get("picture_id"):
        rules.append(f"{form}{{border-radius:{CARD_RADIUS_PX if radius is None else radius}px}}")
    if radius is not None:
        rules.append(f"{form} :is(.formkit-input,.formkit-submit){{border-radius:{min(radius, 16)}px}}")
    if style.get("picture_id"):
        rules += _picture_rules(form, style.get("picture_place", "side"))
    elif paper:
        rules.append(f"{form}{{padding:28px}}")
    return "".join(rules)


def _picture_rules(form: str, place: str) -> list[str]:
    """The picture beside the fields while there is room, else above them, whatever the page's width."""
    grows = "1 1 100%" if place == "top" else "1 1 200px"
    height = "aspect-ratio:16/7" if place == "top" else "min-height:180px"
    widest = 480 if place == "top" else 720
    return [
        f"{form}{{display:flex;flex-wrap:wrap;gap:0;overflow:hidden;padding:0;max-width:{widest}px}}",
        f"{form} .formkit-image{{position:relative;flex:{grows};{height}}}",
        f"{form} .formkit-image img{{position:absolute;inset:0;width:100%;height:100%;object-fit:cover}}",
        f"{form} .formkit-body{{flex:1.7 1 280px;min-width:0;padding:30px}}",
    ]
