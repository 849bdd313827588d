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
    find_by_email,
    find_people,
    get,
    list_page,
    place_counts,
    profile,
    state_counts,
    subject_counts,
    tags_of,
)
from postroom.subscribers.queries.tags import exists, get_tag, list_tags, place
from postroom.subscribers.queries.timeline import growth, history

__all__ = [
    "FieldRow",
    "PeoplePage",
    "Person",
    "exists",
    "field_counts",
    "fields_by_key",
    "find_by_email",
    "find_people",
    "get",
    "get_tag",
    "growth",
    "history",
    "list_fields",
    "list_page",
    "list_tags",
    "place",
    "place_counts",
    "profile",
    "state_counts",
    "subject_counts",
    "tags_of",
]
