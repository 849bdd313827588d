"""What the server says of /api/1; the front end's types are made from it."""

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.django_db


def _schemas(base: Any) -> Iterator[Any]:
    for each in base.__subclasses__():
        yield each
        yield from _schemas(each)


def test_no_two_shapes_share_a_name():
    """The description knows a shape by its name alone: of two, one would silently stand for the other."""
    from ninja import Schema

    from postroom.doors.native import urls  # noqa: F401

    seen: dict[str, Any] = {}
    for shape in _schemas(Schema):
        if not shape.__module__.startswith("postroom.doors.native"):
            continue
        first = seen.setdefault(shape.__name__, shape)
        assert first.model_json_schema() == shape.model_json_schema(), shape.__name__


def test_the_description_and_its_page_are_served(alice):
    answer = alice.get("openapi.json")
    assert "BroadcastOut" in answer.json()["components"]["schemas"]
    assert alice.get("docs").status_code == 200
