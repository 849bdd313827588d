"""Reads about people: one, a page of them, counts, histories."""

from postroom.subscribers.queries.fields import (
    FieldRow,
    field_counts,
    fields_by_key,
    list_fields,
)
from postroom.subscribers.queries.people import (
    PeoplePage,
    Person,
    get,
    list_page,
    place_counts,
    profile,
    state_counts,
    tags_of,
)
from postroom.subscribers.queries.timeline import growth, history

__all__ = [
    "FieldRow",
    "PeoplePage",
    "Person",
    "field_counts",
    "fields_by_key",
    "get",
    "growth",
    "history",
    "list_fields",
    "list_page",
    "place_counts",
    "profile",
    "state_counts",
    "tags_of",
]
