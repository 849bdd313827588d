"""Creators' style sheets: made harmless, then parted into what goes into the tags and what stays a sheet.

Mail programs read styles in tags best. What a tag cannot say stays in one sheet in the head: @media (and with
it prefers-color-scheme), :hover, @font-face, and selectors that only certain mail programs follow. Liquid
stands in a sheet as words (see `escapes.hide`): an output may be a value or a part of one; a rule or a
declaration with a tag such as {% if %} goes, because half of one would break the whole letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tinycss2

from postroom.content.escapes import BLOCK_WORD, WORD

MAX_DEPTH = 20

_KEPT_AS_THEY_ARE = frozenset(("keyframes", "-webkit-keyframes"))
_KEPT_WITH_RULES = frozenset(("media", "supports"))
_NO_PROPERTIES = frozenset(("position", "behavior", "-ms-behavior", "-moz-binding", "-ms-filter"))
"""`position` lays things over what the house adds; the others run or load programs in old browsers."""
_NO_FUNCTIONS = frozenset(("expression", "element", "src"))
_NO_WORDS = frozenset(("progid",))
_WEB = re.compile(r"https?://", re.IGNORECASE)
_HOSTILE_STRING = re.compile(r"\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_ONLY_IN_A_SHEET = re.compile(
    r":|\[data-og|\[owa\]|ExternalClass|#outlook|#MessageViewBody|^u\s*\+", re.IGNORECASE
)
"""Pseudo-classes, and the names by which Outlook.com, Gmail and others can be told apart."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A harmless sheet in two parts. No `<` in either begins a tag."""

    for_tags: str
    kept: str


def clean_sheet(source: str) -> Sheet:
    """What may stay of a style sheet. Never fails: what cannot be read is left out."""
    for_tags: list[str] = []
    kept: list[str] = []
    for rule in tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule":
            kept.append(_at_rule(rule, 0))
        elif rule.type == "qualified-rule" and (body := _declarations(rule.content)):
            in_tags, in_sheet = _part_selectors(rule.prelude)
            for_tags.append(_rule(in_tags, body))
            kept.append(_rule(in_sheet, body))
    return Sheet("\n".join(filter(None, for_tags)), "\n".join(filter(None, kept)))


def clean_attribute(value: str) -> str:
    """What may stay of a `style` attribute. One with a Liquid tag stays whole or goes whole."""
    if BLOCK_WORD.search(value):
        # An output may print nothing, so what stands beside it is read as if it stood alone.
        alone = WORD.sub("https://x/", BLOCK_WORD.sub(" ", value))
        tokens = tinycss2.parse_component_value_list(alone)
        is_plain = "\\" not in value and not _names(tokens) & _NO_PROPERTIES
        return value if is_plain and _is_harmless(tokens) else ""
    return _declarations(value)


def _at_rule(rule: Any, depth: int) -> str:
    name = rule.lower_at_keyword
    if rule.content is None or depth > MAX_DEPTH or not _is_harmless(rule.prelude):
        return ""
    prelude = tinycss2.serialize(rule.prelude).strip()
    if WORD.search(prelude):
        return ""
    if name == "font-face":
        body = _declarations(rule.content)
    elif name in _KEPT_WITH_RULES or name in _KEPT_AS_THEY_ARE:
        body = "\n".join(filter(None, _inner_rules(rule.content, depth + 1)))
    else:
        return ""
    return " ".join(filter(None, (f"@{name}", _no_tags(prelude), f"{{\n{body}\n}}"))) if body else ""


def _inner_rules(content: Sequence[Any], depth: int) -> Iterator[str]:
    for rule in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule":
            yield _at_rule(rule, depth)
        elif rule.type == "qualified-rule" and (body := _declarations(rule.content)):
            in_tags, in_sheet = _part_selectors(rule.prelude)
            yield _rule([*in_tags, *in_sheet], body)


def _rule(selectors: Sequence[str], body: str) -> str:
    return f"{', '.join(selectors)} {{ {body} }}" if selectors else ""


def _part_selectors(prelude: Sequence[Any]) -> tuple[list[str], list[str]]:
    """The selectors of a rule: those that css-inline follows, and those that only a sheet can hold."""
    if not _is_harmless(prelude):
        return [], []
    groups: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            groups.append([])
        else:
            groups[-1].append(token)
    found = [
        text for group in groups if (text := tinycss2.serialize(group).strip()) and not WORD.search(text)
    ]
    in_sheet = [_no_tags(text) for text in found if _ONLY_IN_A_SHEET.search(text)]
    return [_no_tags(text) for text in found if not _ONLY_IN_A_SHEET.search(text)], in_sheet


def _declarations(content: str | Sequence[Any]) -> str:
    """Declarations on one line, without those that are hostile or hold a Liquid tag."""
    kept = []
    for found in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if found.type != "declaration" or found.lower_name in _NO_PROPERTIES or not _is_harmless(found.value):
            continue
        important = " !important" if found.important else ""
        text = f"{found.name}: {tinycss2.serialize(found.value).strip()}{important}"
        if not WORD.search(found.name) and not BLOCK_WORD.search(text):
            kept.append(_no_tags(text))
    return "; ".join(kept)


def _is_harmless(tokens: Sequence[Any], depth: int = 0) -> bool:
    """Whether nothing in here runs, loads anything but web addresses, or cannot be read."""
    return depth <= MAX_DEPTH and all(_is_harmless_token(token, depth) for token in tokens)


def _is_harmless_token(token: Any, depth: int) -> bool:
    match token.type:
        case "url":
            return _is_web(token.value)
        case "function":
            return _is_harmless_call(token, depth)
        case "string":
            return not _HOSTILE_STRING.match(token.value)
        case "ident":
            return token.lower_value not in _NO_WORDS
        case "() block" | "[] block":
            return _is_harmless(token.content, depth + 1)
        case "error" | "{} block" | "at-keyword":
            return False
    return True


def _is_harmless_call(call: Any, depth: int) -> bool:
    name = WORD.sub("", call.lower_name)
    if name == "url":
        given = [token for token in call.arguments if token.type not in ("whitespace", "comment")]
        return len(given) == 1 and given[0].type == "string" and _is_web(given[0].value)
    return name not in _NO_FUNCTIONS and _is_harmless(call.arguments, depth + 1)


def _is_web(address: str) -> bool:
    return bool(_WEB.match(address.strip()) or WORD.match(address.strip()))


def _names(tokens: Sequence[Any]) -> set[str]:
    return {token.lower_value for token in tokens if token.type == "ident"}


def _no_tags(text: str) -> str:
    """Neither the end of the style element nor the beginning of Liquid can be made by strings and escapes."""
    text = re.sub(r"<(?=[/!?a-zA-Z])", r"\\3c ", text)
    return text.replace("{{", r"\7b \7b ").replace("{%", r"\7b %")
