"""Routes: none overlaps another, and creators can never take a path of the house."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.exceptions import Resolver404

RESERVED = {
    *("v3", "v4", "api", "app", "accounts", "admin", "oauth", "wordpress", "forms", "landing_pages"),
    *("c", "o", "u", "p", "media", "static", "docs", "healthz", "readyz", "metrics", "hooks", ".well-known"),
}
# First segments that are pages of the house beyond the reserved list.
HOUSE_PAGES = {"", "welcome", "confirm", "unsubscribe", "preferences", "robots.txt", "favicon.ico"}


def routes() -> list[str]:
    """Every route as text, path converters and regex groups kept."""

    def walk(patterns: list, before: str) -> list[str]:
        found = []
        for pattern in patterns:
            text = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                found += walk(pattern.url_patterns, text)
            elif isinstance(pattern, URLPattern):
                found.append(text)
        return found

    return walk(get_resolver().url_patterns, "")


def first_segment(route: str) -> str:
    return re.sub(r"[\^$\\]|\(\?:api/\)\?", "", route).split("/", 1)[0]


def test_first_segments_are_reserved_or_pages_of_the_house() -> None:
    odd = {
        segment
        for segment in map(first_segment, routes())
        if segment not in RESERVED | HOUSE_PAGES and not re.search(r"0-9a-f|uid", segment)
    }
    assert odd == set()


def test_no_route_is_listed_twice() -> None:
    listed = routes()
    assert sorted({route for route in listed if listed.count(route) > 1}) == []


@pytest.mark.parametrize(
    "path", ["/deadbeef0", "/DEADBEEF01", "/deadbeef012", "/posts", "/products", "/profile"]
)
def test_only_ten_hex_characters_are_a_form(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path)


def test_a_uid_is_a_page_and_a_script() -> None:
    assert resolve("/deadbeef01").kwargs == {"uid": "deadbeef01"}
    assert resolve("/deadbeef01/index.js").kwargs == {"uid": "deadbeef01"}
