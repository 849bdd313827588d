"""Mapping columns, and looking ahead: the whole file against the whole list, without writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from postroom.imports import rules
from postroom.imports.errors import InvalidMapping, WrongState
from postroom.imports.models import Import, ImportState
from postroom.imports.queries import get
from postroom.imports.services.rows import Cut, Refused, make_plan, read_people
from postroom.subscribers import queries as subscribers
from postroom.subscribers.services.merge import StagedRow, preview_rows

SAMPLE = 50
NEW_STATES = ("active", "inactive")


@dataclass(frozen=True, slots=True)
class Preview:
    """created + changed + unchanged + everybody in `left` + refused = rows of the file."""

    created: int
    changed: int
    unchanged: int
    left: dict[str, int]
    refused: int
    reasons: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    notes: list[str]


@transaction.atomic
def map_columns(
    *,
    account_id: int,
    import_id: int,
    mapping: Sequence[Any] | None = None,
    add_tag_ids: Sequence[int] | None = None,
    new_state: str | None = None,
    source: str | None = None,
) -> Import:
    """Writes what is given of an import that has not started.

    Raises ImportNotFound, InvalidMapping, WrongState."""
    found = get(account_id, import_id, lock=True)
    if found.state != ImportState.UPLOADED:
        raise WrongState("This import has started already.", help="Upload the file again to map it anew.")
    if mapping is not None:
        field_ids = {field.id for field in subscribers.list_fields(account_id)}
        found.mapping = rules.check_mapping(mapping, len(found.columns), field_ids)
    if add_tag_ids is not None:
        known = {tag["id"] for tag in subscribers.list_tags(account_id)}
        if unknown := set(add_tag_ids) - known:
            raise InvalidMapping(
                f"There is no tag with the id {min(unknown)}.",
                help="Choose one that exists.",
                field="add_tags",
            )
        found.add_tag_ids = sorted(set(add_tag_ids))
    if new_state is not None:
        if new_state not in NEW_STATES:
            raise InvalidMapping(
                "New people become active or inactive.", help="Choose one of them.", field="new_state"
            )
        found.new_state = new_state
    if source is not None:
        found.source = source.replace("\x00", "").strip()[:255]
    found.save()
    return found


def check(*, account_id: int, import_id: int) -> Preview:
    """What the import would do now. Nothing is written. Raises ImportNotFound, InvalidMapping."""
    found = get(account_id, import_id)
    demand_address(found)
    labels = _Names()
    tags = _Names({tag["name"].lower(): tag["id"] for tag in subscribers.list_tags(account_id)})
    plan = make_plan(found, labels.id_of)
    cut, refused = Cut(), list[Refused]()

    def staged() -> Iterator[StagedRow]:
        for row in read_people(found, plan, tags.id_of, cut):
            if isinstance(row, Refused):
                refused.append(row)
            else:
                yield row

    counts = preview_rows(account_id=account_id, rows=staged(), policies=plan.policies, sample=SAMPLE)
    reasons = Counter(row.reason for row in refused)
    reasons["suppressed"] += len(counts["suppressed"])
    return Preview(
        created=counts["created"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        left={state: counts[state] for state in ("cancelled", "bounced", "complained")},
        refused=reasons.total(),
        reasons=[
            {"reason": reason, "text": rules.REASONS[reason], "count": n}
            for reason, n in reasons.most_common()
            if n
        ],
        changes=_changes(account_id, counts["sample"], labels.new, tags.new),
        notes=_notes(cut),
    )


def demand_address(found: Import) -> None:
    """Raises InvalidMapping when no column holds the address."""
    if not any(entry["to"] == "email" for entry in found.mapping):
        raise InvalidMapping(
            "No column holds the address.",
            help="Choose the column with the email addresses.",
            field="mapping",
        )


class _Names:
    """Ids for names: the known one, else one below zero that nothing has yet."""

    def __init__(self, known: dict[str, int] | None = None) -> None:
        self._ids = dict(known or {})
        self.new: dict[int, str] = {}

    def id_of(self, name: str) -> int:
        found = self._ids.get(name.lower())
        if found is None:
            found = self._ids[name.lower()] = -1 - len(self.new)
            self.new[found] = name
        return found


def _changes(
    account_id: int, sample: list[dict[str, Any]], new_fields: dict[int, str], new_tags: dict[int, str]
) -> list[dict[str, Any]]:
    labels = {field.id: field.label for field in subscribers.list_fields(account_id)} | new_fields
    tags = {tag["id"]: tag["name"] for tag in subscribers.list_tags(account_id)} | new_tags
    rows: list[dict[str, Any]] = []
    for each in sample:
        about = {"email": each["email"], "name": each["old_name"] or each["email"], "line": each["line"]}
        if each["new_name"] != each["old_name"]:
            rows.append(
                {**about, "field": "First name", "before": each["old_name"], "after": each["new_name"] or ""}
            )
        for key, value in each["differing"].items():
            label = labels[int(key)]
            rows.append(
                {**about, "field": label, "before": each["old_fields"].get(key), "after": value or ""}
            )
        if each["new_tags"]:
            added = ", ".join(tags[tag] for tag in each["new_tags"])
            rows.append({**about, "field": "Tags", "before": None, "after": f"+ {added}"})
    return rows[:SAMPLE]


def _notes(cut: Cut) -> list[str]:
    if not cut.values:
        return []
    values = "1 value is" if cut.values == 1 else f"{cut.values} values are"
    return [f"{values} longer than a field can hold and will be cut; the rows still go in."]
