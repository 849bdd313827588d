"""`/growth`: how the list grew, by the account's days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from postroom.doors.native.auth import caller
from postroom.subscribers import queries

router = Router(tags=["Growth"])


class Day(Schema):
    """`joined` became active, `left` ceased to be; `total` is at the day's end."""

    day: date
    total: int
    joined: int
    left: int
    top_source: str | None = None


class GrowthOut(Schema):
    """Sums of the days, and of as many days before."""

    days: list[Day]
    joined: int
    left: int
    net: int
    joined_before: int
    left_before: int


class GrowthQuery(Schema):
    days: int = Field(60, ge=1, le=366)


@router.get("/growth", response=GrowthOut)
def show_growth(request: HttpRequest, wanted: Query[GrowthQuery]) -> dict[str, Any]:
    """The last days of the account's own calendar."""
    account = caller(request).account
    both = queries.growth(account.pk, days=wanted.days * 2, time_zone=account.time_zone)
    before, days = both[: wanted.days], both[wanted.days :]
    joined, left = sum(d["joined"] for d in days), sum(d["left"] for d in days)
    return {
        "days": days,
        "joined": joined,
        "left": left,
        "net": joined - left,
        "joined_before": sum(d["joined"] for d in before),
        "left_before": sum(d["left"] for d in before),
    }
