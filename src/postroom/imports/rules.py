"""Pure rules of imports: which column is what, what a mapping may say, why rows are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from postroom.imports.errors import InvalidMapping
from postroom.subscribers.rules import MAX_FIELDS

POLICIES = ("fill", "overwrite", "overwrite_blank", "keep")
REASONS = {
    "no_at": "the address has no “@” or no domain",
    "empty": "the address is empty",
    "duplicate": "the same address comes twice",
    "malformed": "the address is malformed",
    "too_long": "the address is too long",
    "columns": "the row cannot be cut into the columns of the header",
    "suppressed": "the address bounced, complained or was erased before",
}
_EMAIL = re.compile(r"e[\s_-]*mail([\s_-]*address)?|email[\s_-]*addr|adresse[\s_-]*e?mail|correo|mail", re.I)
_FIRST_NAME = re.compile(r"(first|given|f)[\s_-]*name|name|vorname|pr[ée]nom|nombre", re.I)
_TAGS = re.compile(r"tags?|labels?|groups?|lists?", re.I)
_SKIP = re.compile(
    r"(member[\s_-]*)?rating|leid|euid|.*unsub.*|status|state|subscriber[\s_-]*id|id|.*(timestamp|_time|_ip)|"
    r"gmtoff|dstoff|timezone|latitude|longitude|notes?",
    re.I,
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def guess(headers: Sequence[str], samples: Sequence[Sequence[str]], fields: Mapping[str, int]) -> list[Any]:
    """A target for each column: by its header, by its content, else a field. `fields`: ids by key and label.
    Of new fields only as many as the account has room for.

    The address column is the one named so with addresses in it, else the one with most addresses."""
    email = _find_email(headers, samples)
    taken: set[str] = set()
    found: list[Any] = []
    room = MAX_FIELDS - len(set(fields.values()))
    for number, header in enumerate(headers):
        target: Any
        if number == email:
            target = "email"
        elif _FIRST_NAME.fullmatch(header) and "first_name" not in taken:
            target = "first_name"
        elif _TAGS.fullmatch(header) and "tags" not in taken:
            target = "tags"
        elif (field_id := fields.get(header.lower())) is not None:
            target = {"field": field_id}
        elif _SKIP.fullmatch(header) or _EMAIL.fullmatch(header) or not samples[number]:
            target = "skip"
        else:
            target = {"new_field": header[:255]} if room > 0 else "skip"
            room -= 1
        if isinstance(target, str):
            taken.add(target)
        elif str(target) in taken:
            target = "skip"
        else:
            taken.add(str(target))
        found.append(target)
    return found


def check_mapping(mapping: Sequence[Any], columns: int, field_ids: set[int]) -> list[dict[str, Any]]:
    """The mapping in its stored form, one {to, policy} a column. Raises InvalidMapping with the next step."""
    if len(mapping) != columns:
        raise InvalidMapping(
            f"The file has {columns} columns, the mapping {len(mapping)}.",
            help="Send one entry for each column, in the file's order.",
            field="mapping",
        )
    checked = [_check_entry(entry, field_ids) for entry in mapping]
    targets = [entry["to"] for entry in checked]
    if targets.count("email") != 1:
        raise InvalidMapping(
            "No column holds the address." if "email" not in targets else "Two columns hold the address.",
            help="Choose the one column with the email addresses.",
            field="mapping",
        )
    new = sum(isinstance(target, dict) and "new_field" in target for target in targets)
    if new + len(field_ids) > MAX_FIELDS:
        raise InvalidMapping(
            f"With {new} new fields it would be {new + len(field_ids)} fields; {MAX_FIELDS} are the most.",
            help="Leave some of these columns out.",
            field="mapping",
        )
    used = [str(target).lower() for target in targets if target != "skip"]
    if len(used) != len(set(used)):
        raise InvalidMapping(
            "Two columns lead to the same place.", help="Leave one of them out.", field="mapping"
        )
    return checked


def cut_tags(cell: str) -> list[str]:
    """Tag names of a cell: between commas or semicolons, quotes around them fall away."""
    return [
        name for name in (part.strip().strip("\"'“”").strip() for part in re.split(r"[,;]", cell)) if name
    ]


def _check_entry(entry: Any, field_ids: set[int]) -> dict[str, Any]:
    target = entry.get("to") if isinstance(entry, dict) else entry
    policy = entry.get("policy", "fill") if isinstance(entry, dict) else "fill"
    if policy not in POLICIES:
        raise InvalidMapping(
            f"“{policy}” is no policy.", help=f"Use one of {', '.join(POLICIES)}.", field="mapping"
        )
    if target in ("email", "first_name", "tags", "skip"):
        return {"to": target, "policy": policy}
    if isinstance(target, dict) and target.get("field") in field_ids:
        return {"to": {"field": int(target["field"])}, "policy": policy}
    label = str(target.get("new_field") or "").replace("\x00", "").strip() if isinstance(target, dict) else ""
    if not label:
        raise InvalidMapping(
            "A column leads to a field that does not exist.",
            help="Choose another field, or a new one.",
            field="mapping",
        )
    return {"to": {"new_field": label[:255]}, "policy": policy}


def _find_email(headers: Sequence[str], samples: Sequence[Sequence[str]]) -> int | None:
    def share(number: int) -> float:
        values = samples[number]
        return sum(bool(_ADDRESS.fullmatch(value)) for value in values) / len(values) if values else 0.0

    scores = {n: share(n) + (1 if _EMAIL.fullmatch(h) else 0) for n, h in enumerate(headers)}
    best = max(scores, key=lambda n: scores[n], default=None)
    return best if best is not None and scores[best] >= 0.5 else None
