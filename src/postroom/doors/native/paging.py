"""Lists: `{items, total, page, per_page}`, asked for by `?page=` and `?per_page=`.

@router.get("/tags", response=Listing[TagOut])
def list_tags(request, paging: Query[Paging]): return listing(items, total, paging)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field

Item = TypeVar("Item")


class Paging(Schema):
    """Which part of a list."""

    page: int = Field(1, ge=1, le=1_000_000, description="Page, from 1.")
    per_page: int = Field(50, ge=1, le=200, description="Items a page, at most 200.")

    @property
    def offset(self) -> int:
        """How many items lie before this page."""
        return (self.page - 1) * self.per_page


class Listing(Schema, Generic[Item]):
    """One page of a list and how many there are in all."""

    items: list[Item]
    total: int
    page: int
    per_page: int


def listing(items: Iterable[Any], total: int, paging: Paging, **more: Any) -> dict[str, Any]:
    """The body of a `Listing`; `more` joins it (counts beside the list)."""
    return {"items": list(items), "total": total, "page": paging.page, "per_page": paging.per_page, **more}
