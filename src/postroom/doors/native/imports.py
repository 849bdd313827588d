"""`/imports`: a file of people, how its columns map, what it would do, and how far it came."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema, Status, UploadedFile

from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Listing, Paging, listing
from postroom.imports import queries, services, tasks
from postroom.imports.errors import UnreadableFile
from postroom.imports.models import Import, ImportState
from postroom.lib import clock
from postroom.settings import load

router = Router(tags=["Imports"])
UNDO_DAYS = 30
SAMPLE = """Email Address,First Name,City,Tags
ines.tanaka@example.com,Ines,Porto,"newsletter, vip"
theo.haddad@example.com,Theo,Beirut,newsletter
clara.nwosu@example.com,Clara,Leeds,
"""


class Column(Schema):
    """`guess`: email, first_name, tags, skip, {"field": id} or {"new_field": label}."""

    header: str
    samples: list[str]
    guess: Any


class Mapped(Schema):
    """Where a column goes and what happens to people who exist: fill, overwrite, overwrite_blank, keep."""

    to: Any
    policy: str = "fill"


class ImportOut(Schema):
    id: int
    state: str
    file_name: str
    encoding: str
    delimiter: str
    size_bytes: int
    total_rows: int
    columns: list[Column]
    mapping: list[Mapped]
    add_tags: list[int]
    new_state: str
    source: str
    cursor: int
    created_count: int
    changed_count: int
    unchanged_count: int
    left_count: int
    refused_count: int
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undo_token: str | None = None


class ImportPatch(Schema):
    """What is left out stays."""

    mapping: list[Mapped] | None = None
    add_tags: list[int] | None = None
    new_state: str | None = None
    source: str | None = None


class Left(Schema):
    cancelled: int
    bounced: int
    complained: int


class Reason(Schema):
    reason: str
    text: str
    count: int


class SampleChange(Schema):
    email: str
    name: str
    field: str
    before: str | None
    after: str
    line: int


class CheckOut(Schema):
    """created + changed + unchanged + left + refused = rows of the file."""

    created: int
    changed: int
    unchanged: int
    left: Left
    refused: int
    reasons: list[Reason]
    changes: list[SampleChange]
    notes: list[str]


class RowError(Schema):
    line: int
    value: str
    reason: str
    text: str


@router.post("/imports", response={201: ImportOut})
def upload(request: HttpRequest, file: File[UploadedFile]) -> Status[Any]:
    """Takes a CSV file (UTF-8, UTF-16 or Latin-1; any usual delimiter) and guesses its columns."""
    who = caller(request)
    limit = load().limit_upload_bytes
    if (file.size or 0) > limit:
        raise UnreadableFile(
            f"The file has {(file.size or 0) // 1_000_000} MB; {limit // 1_000_000} MB are allowed.",
            help="Split it, or import it on the server: `postroom import FILE --account …` has no limit.",
            field="file",
        )
    made = services.create(
        account_id=who.account_id,
        user_id=who.user.pk,
        file_name=file.name or "people.csv",
        blocks=file.chunks(),
    )
    return Status(201, _show(made))


@router.get("/imports", response=Listing[ImportOut])
def list_imports(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Imports, the newest first."""
    found = queries.list_imports(caller(request).account_id)
    part = found[paging.offset : paging.offset + paging.per_page]
    return listing([_show(each) for each in part], found.count(), paging)


@router.get("/imports/sample.csv")
def sample(request: HttpRequest) -> HttpResponse:
    """A small file of the right shape."""
    return _csv(SAMPLE, "postroom-sample.csv")


@router.get("/imports/{int:import_id}", response=ImportOut)
def show(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """One import; while it runs, `cursor` is the line it came to."""
    return _show(queries.get(caller(request).account_id, import_id))


@router.patch("/imports/{int:import_id}", response=ImportOut)
def change(request: HttpRequest, import_id: int, body: ImportPatch) -> dict[str, Any]:
    """Maps columns, before the start."""
    found = services.map_columns(
        account_id=caller(request).account_id,
        import_id=import_id,
        mapping=None if body.mapping is None else [entry.dict() for entry in body.mapping],
        add_tag_ids=body.add_tags,
        new_state=body.new_state,
        source=body.source,
    )
    return _show(found)


@router.post("/imports/{int:import_id}/check", response=CheckOut)
def check(request: HttpRequest, import_id: int) -> services.Preview:
    """What the import would do now; nothing is written."""
    return services.check(account_id=caller(request).account_id, import_id=import_id)


@router.post("/imports/{int:import_id}/start", response=ImportOut)
def start(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """Lets it run."""
    account_id = caller(request).account_id
    found = services.start(account_id=account_id, import_id=import_id)
    tasks.defer_run(account_id=account_id, import_id=import_id)
    return _show(found)


@router.post("/imports/{int:import_id}/cancel", response=ImportOut)
def cancel(request: HttpRequest, import_id: int) -> dict[str, Any]:
    """Stops it; what is in stays in."""
    return _show(services.cancel(account_id=caller(request).account_id, import_id=import_id))


@router.get("/imports/{int:import_id}/errors", response=Listing[RowError])
def list_errors(request: HttpRequest, import_id: int, paging: Query[Paging]) -> dict[str, Any]:
    """Refused rows with their lines and why."""
    account_id = caller(request).account_id
    queries.get(account_id, import_id)
    rows = queries.errors_of(account_id, import_id, offset=paging.offset, limit=paging.per_page)
    return listing(rows, queries.count_errors(account_id, import_id), paging)


@router.get("/imports/{int:import_id}/errors.csv")
def download_errors(request: HttpRequest, import_id: int) -> HttpResponse:
    """Refused rows as a file."""
    account_id = caller(request).account_id
    found = queries.get(account_id, import_id)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["line", "value", "reason"])
    for row in queries.errors_of(account_id, import_id):
        # A leading quote keeps spreadsheets from running a cell as a formula.
        value = f"'{row['value']}" if row["value"][:1] in ("=", "+", "-", "@", "\t") else row["value"]
        writer.writerow([row["line"], value, row["text"]])
    return _csv(out.getvalue(), f"refused-{found.pk}.csv")


def _csv(text: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _show(found: Import) -> dict[str, Any]:
    names = [name for name in ImportOut.model_fields if name not in ("add_tags", "undo_token")]
    ended = found.state in (ImportState.FINISHED, ImportState.CANCELLED, ImportState.FAILED)
    recent = found.created_at > clock.now() - timedelta(days=UNDO_DAYS)
    did = found.created_count + found.changed_count
    return {name: getattr(found, name) for name in names} | {
        "add_tags": found.add_tag_ids,
        "undo_token": f"import-{found.pk}" if ended and recent and did else None,
    }
