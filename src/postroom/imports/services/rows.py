"""Rows of a file as people: address, name, fields, tags; or the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from postroom.imports import reader
from postroom.imports.models import Import
from postroom.imports.reader import BadRow
from postroom.imports.rules import cut_tags
from postroom.imports.services.take import path_of
from postroom.subscribers.errors import InvalidEmail
from postroom.subscribers.rules import MAX_NAME, MAX_VALUE, clean_text, parse_email
from postroom.subscribers.services.merge import Policies, StagedRow


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that does not go in."""

    line: int
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What each column is for, with ids: what turns cells into rows."""

    email: int
    first_name: int | None
    tags: int | None
    fields: list[tuple[int, str, bool]]
    """(column, field id, whether an empty cell means something)"""
    add_tags: tuple[int, ...]
    policies: Policies
    columns: int


@dataclass
class Cut:
    """Values that had to be cut, counted over the whole file."""

    values: int = 0
    seen: set[int] = field(default_factory=set)


def make_plan(found: Import, field_of: Callable[[str], int]) -> Plan:
    """The import's mapping with ids; `field_of` answers the id for the label of a new field."""
    email, first_name, tags = 0, None, None
    fields: list[tuple[int, str, bool]] = []
    policies: dict[str, str] = {}
    name_policy = "fill"
    for column, entry in enumerate(found.mapping):
        target, policy = entry["to"], entry["policy"]
        if target == "email":
            email = column
        elif target == "first_name":
            first_name, name_policy = column, policy
        elif target == "tags":
            tags = column
        elif isinstance(target, dict):
            field_id = target["field"] if "field" in target else field_of(target["new_field"])
            fields.append((column, str(field_id), policy == "overwrite_blank"))
            policies[str(field_id)] = policy
    add_tags = tuple(sorted(set(found.add_tag_ids)))
    return Plan(
        email, first_name, tags, fields, add_tags, Policies(name_policy, policies), len(found.columns)
    )


def read_people(
    found: Import, plan: Plan, tag_of: Callable[[str], int], cut: Cut, *, after: int = 0
) -> Iterator[StagedRow | Refused]:
    """Every row beyond line `after`, in the file's order. Of rows with one address the first counts."""
    rows = reader.read_rows(path_of(found), found.encoding, found.delimiter, has_header=found.has_header)
    for line, cells in rows:
        row = _read_row(line, cells, plan, tag_of, cut, wanted=line > after)
        if row is not None:
            yield row


def _read_row(
    line: int, cells: list[str] | BadRow, plan: Plan, tag_of: Callable[[str], int], cut: Cut, *, wanted: bool
) -> StagedRow | Refused | None:
    if isinstance(cells, BadRow):
        return Refused(line, clean_text(cells.text), cells.reason) if wanted else None
    if len(cells) > plan.columns and any(cell.strip() for cell in cells[plan.columns :]):
        return Refused(line, clean_text(", ".join(cells)[:500]), "columns") if wanted else None
    typed = cells[plan.email] if plan.email < len(cells) else ""
    try:
        address = parse_email(typed)
    except InvalidEmail as error:
        return Refused(line, clean_text(typed[:500]), error.reason) if wanted else None
    seen = hash(address.key)  # a file of a million rows must not hold its addresses in memory
    if seen in cut.seen:
        return Refused(line, address.email, "duplicate") if wanted else None
    cut.seen.add(seen)
    if not wanted:
        return None
    return StagedRow(
        line,
        address.email,
        address.key,
        None if plan.first_name is None else _value(cells, plan.first_name, MAX_NAME, cut),
        _fields(cells, plan, cut),
        _tags(cells, plan, tag_of),
    )


def _fields(cells: list[str], plan: Plan, cut: Cut) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for column, field_id, blanks in plan.fields:
        value = _value(cells, column, MAX_VALUE, cut)
        if value:
            found[field_id] = value
        elif blanks:
            found[field_id] = None
    return found


def _tags(cells: list[str], plan: Plan, tag_of: Callable[[str], int]) -> tuple[int, ...]:
    if plan.tags is None or plan.tags >= len(cells) or not cells[plan.tags]:
        return plan.add_tags
    named = (tag_of(name[:MAX_NAME]) for name in cut_tags(cells[plan.tags].replace("\x00", "")))
    return tuple(sorted({*plan.add_tags, *named}))


def _value(cells: list[str], column: int, longest: int, cut: Cut) -> str:
    value = cells[column].strip() if column < len(cells) else ""
    if "\x00" in value:
        value = value.replace("\x00", "")
    if len(value) > longest:
        cut.values += 1
        value = value[:longest]
    return value
