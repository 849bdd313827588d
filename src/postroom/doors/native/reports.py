"""`/api/1/broadcasts/{id}/report` and its tabs: where every email went, who opened, who clicked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema

from postroom.broadcasts import queries as broadcasts
from postroom.broadcasts import queue
from postroom.broadcasts.models import Broadcast
from postroom.doors.native.auth import caller
from postroom.doors.native.broadcast_wire import write_terms
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.lib.errors import NotFound
from postroom.sending import queries as sending
from postroom.sending.models import Send
from postroom.tracking import queries as tracking

router = Router(tags=["Reports"])
CSV_WRITE_BYTES = 65_536


class LedgerOut(Schema):
    """planned = the sum of the others, when it `balances`; the texts say what some terms consist of."""

    planned: int
    delivered: int
    bounced: int
    refused: int
    uncertain: int
    excluded: int
    cancelled: int
    deferred: int
    open: int
    balances: bool
    excluded_text: str
    refused_text: str


class ReportOut(Schema):
    """People are counted once each, machines apart; rates are shares of the delivered, 0 to 1."""

    ledger: LedgerOut
    opened_people: int
    open_rate: float | None
    clicked_people: int
    click_rate: float | None
    clicks: int
    no_sign: int
    machine_only: int
    unsubscribed: int
    started_at: datetime | None
    finished_at: datetime | None
    rehearsed: bool
    audience_text: str


class PointOut(Schema):
    at: datetime
    people: int
    machines: int
    clicked: int


class Timeline(Schema):
    points: list[PointOut]


class LinkOut(Schema):
    """`no` is null for a link that nobody has followed."""

    no: int | None
    label: str
    url: str
    people: int
    clicks: int
    machine_clicks: int


class Links(Schema):
    items: list[LinkOut]


class RecipientOut(Schema):
    subscriber_id: int
    email: str
    name: str
    state: str
    reason: str | None
    code: int | None
    text: str | None
    at: datetime
    mark: str | None


@router.get("/broadcasts/{broadcast_id}/report", response=ReportOut)
def get_report(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """The ledger line, which balances, and what people did."""
    broadcast, send = _sent(request, broadcast_id)
    found = queue.kept(send, "report", lambda: tracking.report(send.account_id, send.pk))
    line, sums = found.ledger, found.sums
    return {
        "ledger": write_terms(line)
        | {"excluded_text": line.excluded_text, "refused_text": line.refused_text},
        "opened_people": sums.opened_people,
        "open_rate": found.open_rate,
        "clicked_people": sums.clicked_people,
        "click_rate": found.click_rate,
        "clicks": sums.clicks,
        "no_sign": found.no_sign,
        "machine_only": sums.machine_only,
        "unsubscribed": sums.unsubscribed,
        "started_at": line.started_at,
        "finished_at": line.finished_at,
        "rehearsed": line.rehearsed,
        "audience_text": broadcasts.audience_texts(send.account_id, [broadcast])[broadcast.pk],
    }


@router.get("/broadcasts/{broadcast_id}/timeline", response=Timeline)
def get_timeline(
    request: HttpRequest, broadcast_id: int, step: Literal["total", "hour"] = "total"
) -> dict[str, Any]:
    """First signs over the first 72 hours: running totals, or per hour."""
    _, send = _sent(request, broadcast_id)
    points = queue.kept(send, f"timeline {step}", lambda: tracking.timeline(send.account_id, send.pk, step))
    return {
        "points": [
            {"at": p.at, "people": p.people, "machines": p.machines, "clicked": p.clicked} for p in points
        ]
    }


@router.get("/broadcasts/{broadcast_id}/links", response=Links)
def list_links(request: HttpRequest, broadcast_id: int) -> dict[str, Any]:
    """The letter's links, the most followed first."""
    _, send = _sent(request, broadcast_id)
    found = queue.kept(send, "links", lambda: tracking.links(send.account_id, send.pk))
    return {
        "items": [
            {
                "no": link.no,
                "label": link.label,
                "url": link.url,
                "people": link.people,
                "clicks": link.clicks,
                "machine_clicks": link.machine_clicks,
            }
            for link in found
        ]
    }


@router.get("/broadcasts/{broadcast_id}/people", response=Listing[RecipientOut])
def list_people(
    request: HttpRequest,
    broadcast_id: int,
    paging: Query[Paging],
    state: str = "",
    after: int | None = None,
) -> dict[str, Any]:
    """Recipients. `state`: a term of the ledger, or opened, clicked, unsubscribed, machine_only, no_sign.

    `after`: the last `subscriber_id` of the page before, to read on by ids: far into a long list that is
    quicker than a `page`."""
    _, send = _sent(request, broadcast_id)
    account_id, send_id = send.account_id, send.pk
    if state in tracking.SIGNS:
        total = queue.kept(send, "report", lambda: tracking.report(account_id, send_id)).count_of(state)
        found = tracking.people_by_sign(
            account_id, send_id, state, page=paging.page, per_page=paging.per_page, after=after
        )
    else:
        found, total = sending.people(
            account_id, send_id, state=state, page=paging.page, per_page=paging.per_page, after=after
        )
    marks = tracking.marks_of(account_id, send_id, [row["subscriber_id"] for row in found])
    unread = {"accepted": "delivered", "uncertain": "delivered", "refused": "dropped"}
    rows = [{**row, "mark": marks.get(row["subscriber_id"]) or unread.get(row["state"])} for row in found]
    return listing(rows, total, paging)


@router.get("/broadcasts/{broadcast_id}/ledger.csv")
def download_ledger(request: HttpRequest, broadcast_id: int) -> StreamingHttpResponse:
    """Every recipient with what became of the message and what the person did, as a file."""
    broadcast, send = _sent(request, broadcast_id)
    rows = tracking.ledger_rows(send.account_id, send.pk)
    name = f"ledger-{broadcast.pk}{'-rehearsed' if send.rehearsed else ''}.csv"
    return StreamingHttpResponse(
        _csv_lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


_COLUMNS = (
    "email", "name", "state", "reason", "code", "enhanced", "text", "attempts", "at", "opened_at",
    "machine_at", "clicked_at", "clicks", "unsubscribed_at",
)  # fmt: skip


def _csv_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The file some hundred lines at a time: a write for each line would take as long as the reading."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
        if out.tell() > CSV_WRITE_BYTES:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    # A leading quote keeps spreadsheets from running a cell as a formula: names and answers are strangers'.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _sent(request: HttpRequest, broadcast_id: int) -> tuple[Broadcast, Send]:
    """A broadcast and its send. Raises BroadcastNotFound, NotFound when nothing was sent yet."""
    account_id = caller(request).account_id
    broadcast = broadcasts.get(account_id, broadcast_id)
    send = Send.objects.filter(account_id=account_id, id=broadcast.send_id or 0).first()
    if send is None:
        raise NotFound(
            "This broadcast has not been sent, so there is no report.",
            code="not_sent",
            help="Send it first; the report fills itself.",
        )
    return broadcast, send
