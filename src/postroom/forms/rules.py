"""What a form may say and what a sign-up means; pure."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from postroom.content.document import DocumentInvalid, validate
from postroom.forms.errors import FormInvalid
from postroom.forms.style import check_style

UID = re.compile(r"[0-9a-f]{10}\Z")
MAX_FIELDS = 20
MAX_OPTIONS = 10_000
"""Characters of a form's options, written as JSON."""
FORMATS = ("inline",)
CONFIRM_MAX_AGE_S = 90 * 24 * 3600
"""A confirmation link works for so long; a sign-up that old is no consent any more."""


def new_uid() -> str:
    """A public name: 10 hex characters."""
    return secrets.token_hex(5)


def joins_as(incentive_enabled: bool, auto_confirm: bool) -> str:
    """The state of a new person: unconfirmed only where a mail asks them to confirm."""
    return "inactive" if incentive_enabled and not auto_confirm else "active"


def default_document() -> dict[str, Any]:
    """The confirmation mail a new form starts with."""
    return {
        "v": 1,
        "doc": {
            "type": "doc",
            "content": [
                _paragraph("Thank you for signing up. One click, and you are in:"),
                {
                    "type": "button",
                    "attrs": {"label": "Confirm your subscription", "href": "{{ confirmation_url }}"},
                },
                _paragraph("If you did not ask for this, do nothing: without the click no letters follow."),
            ],
        },
    }


def _paragraph(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def check(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a form as they are stored. Raises FormInvalid naming the first field that is wrong."""
    out: dict[str, Any] = {}
    for name, value in changes.items():
        rule = _RULES.get(name)
        if rule is None:
            raise FormInvalid(f"A form has no setting called “{name}”.", field=name, help="Leave it out.")
        out[name] = rule(name, value)
    return out


def settings_names() -> list[str]:
    """Every setting of a form that can be changed."""
    return list(_RULES)


def _text(max_chars: int, required: bool = False) -> Callable[[str, Any], str]:
    def rule(name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise FormInvalid("This must be text.", field=name, help="Send a string.")
        value = value.replace("\x00", "").strip()
        if required and not value:
            raise FormInvalid("This may not be empty.", field=name, help="Write at least a word.")
        if len(value) > max_chars:
            raise FormInvalid(
                f"This is {len(value) - max_chars} characters too long.",
                field=name,
                help=f"At most {max_chars} characters fit.",
            )
        return value

    return rule


def _url(name: str, value: Any) -> str:
    text = _text(2_000)(name, value)
    if not text:
        return text
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or not text.isprintable() or re.search(r"[\s\\<>\"]", text):
        raise FormInvalid(
            "This is no web address.",
            field=name,
            help="Begin with https:// or http:// and name a host.",
        )
    return text


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FormInvalid("This must be true or false.", field=name, help="Send a boolean.")
    return value


def _one_of(*allowed: str) -> Callable[[str, Any], str]:
    def rule(name: str, value: Any) -> str:
        if value not in allowed:
            raise FormInvalid(
                "This is none of the choices.", field=name, help=f"Choose one of: {', '.join(allowed)}."
            )
        return str(value)

    return rule


def _document(name: str, value: Any) -> dict[str, Any]:
    try:
        found = validate(value)
    except DocumentInvalid as error:
        raise FormInvalid(error.message, field=name, help=error.help) from error
    if "doc" not in found:
        raise FormInvalid(
            "This is no block document.",
            field=name,
            help='Send {"v": 1, "doc": {"type": "doc", …}}.',
        )
    return found


def _fields(name: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MAX_FIELDS:
        raise FormInvalid(
            "This must be a list of fields.",
            field=name,
            help=f"At most {MAX_FIELDS}, with key and label.",
        )
    out, seen = [], {"email_address"}
    for item in value:
        key = item.get("key") if isinstance(item, dict) else None
        if not isinstance(key, str) or not re.fullmatch(r"[a-z0-9_]{1,255}", key):
            raise FormInvalid("A field has no valid key.", field=name, help="Use a custom field's key.")
        if key in seen:
            raise FormInvalid(f"The field “{key}” is there twice.", field=name, help="Remove one of them.")
        seen.add(key)
        label = _text(200)(name, item.get("label") or key)
        out.append({"key": key, "label": label, "required": bool(item.get("required", False))})
    return out


def _ids(name: str, value: Any) -> list[int]:
    good = isinstance(value, list) and all(
        isinstance(n, int) and not isinstance(n, bool) and 0 < n < 2**53 for n in value
    )
    if not good:
        raise FormInvalid("This must be a list of tag ids.", field=name, help="Send whole numbers.")
    return sorted(set(value))


def _options(name: str, value: Any) -> dict[str, Any]:
    try:
        size = len(json.dumps(value, allow_nan=False)) if isinstance(value, dict) else MAX_OPTIONS + 1
    except ValueError:  # JSON can write 1e999, and nothing can keep it
        size = MAX_OPTIONS + 1
    if size > MAX_OPTIONS or "\\u0000" in json.dumps(value):
        raise FormInvalid("This must be a small object of options.", field=name, help="Send a JSON object.")
    return value


_RULES: dict[str, Callable[[str, Any], Any]] = {
    "name": _text(255, required=True),
    "format": _one_of(*FORMATS),
    "heading": _text(500),
    "description": _text(5_000),
    "button_text": _text(200, required=True),
    "note": _text(1_000),
    "fields": _fields,
    "success_action": _one_of("message", "redirect"),
    "success_message": _text(2_000),
    "redirect_url": _url,
    "incentive_enabled": _flag,
    "incentive_subject": _text(500, required=True),
    "incentive_body": _document,
    "incentive_redirect_url": _url,
    "auto_confirm": _flag,
    "tag_ids": _ids,
    "options": _options,
    "style": check_style,
}
WORDING = {"heading", "description", "button_text", "note"}
LETTER = {"incentive_subject", "incentive_body", "incentive_enabled", "auto_confirm"}
"""Settings after which the mail is looked at anew."""
