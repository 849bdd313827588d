"""Running an import: batches of rows, each one transaction that moves the cursor with it.

Killed at any point, the next run goes on behind the last whole batch; the file is the only thing it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import OperationalError, connection, transaction
from django.db.models import F
from psycopg_pool import PoolTimeout

from postroom.accounts import services as accounts
from postroom.events import services as events
from postroom.imports.errors import WrongState
from postroom.imports.models import Import, ImportError, ImportState
from postroom.imports.queries import get
from postroom.imports.services.plan import demand_address
from postroom.imports.services.rows import Cut, Refused, make_plan, read_people
from postroom.imports.services.take import path_of
from postroom.lib import clock, disk, sql
from postroom.lib.errors import PostroomError
from postroom.settings import load
from postroom.subscribers import services as subscribers
from postroom.subscribers.queries import list_fields, list_tags
from postroom.subscribers.rules import Cause
from postroom.subscribers.services.merge import Policies, StagedRow, merge_rows

BATCH_ROWS = 5_000
MAX_TRIES = 3
_LOCK_CLASS = 5_077_010  # with the import's id: an advisory lock of two halves

Progress = Callable[[Import], None]


@transaction.atomic
def start(*, account_id: int, import_id: int) -> Import:
    """Lets the import run; the worker takes it up. Raises ImportNotFound, InvalidMapping, WrongState."""
    found = get(account_id, import_id, lock=True)
    demand_address(found)
    if found.state != ImportState.UPLOADED:
        raise WrongState("This import has started already.", help="Upload the file again to import it anew.")
    found.state, found.started_at = ImportState.RUNNING, clock.now()
    found.save(update_fields=["state", "started_at"])
    return found


@transaction.atomic
def cancel(*, account_id: int, import_id: int) -> Import:
    """Stops the import behind its present batch; what is in stays in. Raises ImportNotFound, WrongState."""
    found = get(account_id, import_id, lock=True)
    if found.state not in (ImportState.UPLOADED, ImportState.RUNNING, ImportState.PAUSED):
        raise WrongState("This import has ended already.", help="Its result can be taken back with Undo.")
    found.state, found.finished_at = ImportState.CANCELLED, clock.now()
    found.save(update_fields=["state", "finished_at"])
    return found


def stalled() -> list[tuple[int, int]]:
    """(account, import) of those that should run and that no process works on."""
    rows = sql.rows(
        "SELECT i.account_id, i.id FROM import i WHERE i.state IN ('running', 'paused') AND NOT EXISTS ("
        " SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid = i.id)"
        " ORDER BY i.id",
        [_LOCK_CLASS],
    )
    return [(row["account_id"], row["id"]) for row in rows]


def resume(*, account_id: int, import_id: int) -> bool:
    """Lets a paused import run again once there is room on the disk; True when it may run now."""
    if _is_disk_low():
        return False
    Import.objects.filter(account_id=account_id, id=import_id, state=ImportState.PAUSED).update(
        state=ImportState.RUNNING, error=""
    )
    accounts.resolve_notice(account_id=account_id, key=f"import-paused-{import_id}")
    return True


def run(*, account_id: int, import_id: int, progress: Progress | None = None) -> None:
    """Merges what is left of the file; does nothing while another process is at it. May run twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_CLASS, import_id % 2**31])
        if not cursor.fetchone()[0]:
            return
    try:
        _run(account_id, import_id, progress or (lambda _: None))
    except (OperationalError, PoolTimeout):
        raise  # the database was away: another worker goes on where this one stood
    except PostroomError as error:
        _fail(get(account_id, import_id), f"{error.message} {error.help}".strip())
    except Exception:
        _count_try(account_id, import_id)
        raise
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_CLASS, import_id % 2**31])


def _run(account_id: int, import_id: int, progress: Progress) -> None:
    found = get(account_id, import_id)
    if found.state != ImportState.RUNNING:
        return
    if not path_of(found).exists():
        _fail(found, "The uploaded file is gone from the server. Upload it again; nobody goes in twice.")
        return
    fields, tags = _Fields(account_id), _Tags(account_id)
    plan, cut = make_plan(found, fields.id_of), Cut()
    rows = read_people(found, plan, tags.id_of, cut, after=found.cursor)
    for batch in _batches(rows):
        if _is_disk_low():
            _pause(found)
            return
        if not _merge(found, batch, plan.policies):
            return  # stopped by hand
        progress(found)
    _finish(found)


def _batches(rows: Iterable[StagedRow | Refused]) -> Iterator[list[StagedRow | Refused]]:
    it = iter(rows)
    while batch := list(islice(it, BATCH_ROWS)):
        yield batch


@transaction.atomic
def _merge(found: Import, batch: list[StagedRow | Refused], policies: Policies) -> bool:
    row = get(found.account_id, found.pk, lock=True)
    if row.state != ImportState.RUNNING:
        return False
    good = [each for each in batch if isinstance(each, StagedRow)]
    bad = [each for each in batch if isinstance(each, Refused)]
    if good:
        merged = merge_rows(
            account_id=row.account_id,
            rows=good,
            policies=policies,
            new_state=row.new_state,
            source=row.source,
            cause=Cause("import", row.pk, f"user:{row.created_by_id}" if row.created_by_id else ""),
        )
        kept_out = set(merged.suppressed)
        bad += [Refused(each.line, each.email, "suppressed") for each in good if each.line in kept_out]
        row.created_count += merged.created
        row.changed_count += merged.changed
        row.unchanged_count += merged.unchanged
        row.left_count += merged.left
    _write_errors(row, bad)
    row.refused_count += len(bad)
    row.cursor, row.tries = batch[-1].line, 0
    row.save()
    found.__dict__.update(row.__dict__)
    return True


def _write_errors(row: Import, bad: list[Refused]) -> None:
    ImportError.objects.bulk_create(
        ImportError(
            account_id=row.account_id, import_id=row.pk, line=each.line, value=each.value, reason=each.reason
        )
        for each in bad
    )


@transaction.atomic
def _finish(found: Import) -> None:
    moved = Import.objects.filter(id=found.pk, account_id=found.account_id, state=ImportState.RUNNING).update(
        state=ImportState.FINISHED, finished_at=clock.now(), error=""
    )
    if moved:
        counts = {name: getattr(found, f"{name}_count") for name in ("created", "changed", "refused")}
        events.record(
            account_id=found.account_id, kind="import_finished", subject_id=found.pk, payload=counts
        )


def _fail(found: Import, error: str) -> None:
    Import.objects.filter(id=found.pk, account_id=found.account_id, state=ImportState.RUNNING).update(
        state=ImportState.FAILED, finished_at=clock.now(), error=error
    )


def _count_try(account_id: int, import_id: int) -> None:
    found = get(account_id, import_id)
    Import.objects.filter(id=import_id, account_id=account_id).update(tries=F("tries") + 1)
    if found.tries + 1 >= MAX_TRIES:
        _fail(
            found,
            f"It broke {MAX_TRIES} times behind line {found.cursor:,}; the server's log names the reason. "
            "Everybody up to that line is in. Cut the rest of the file into parts and import those: nobody "
            "goes in twice.",
        )


def _pause(found: Import) -> None:
    error = "The server's disk is almost full. The import goes on by itself once there is room again."
    moved = Import.objects.filter(id=found.pk, account_id=found.account_id, state=ImportState.RUNNING).update(
        state=ImportState.PAUSED, error=error
    )
    if moved:
        accounts.notify(
            account_id=found.account_id,
            key=f"import-paused-{found.pk}",
            level="alarm",
            title=f"The import of {found.file_name} waits",
            body=error,
            action_label="Look at it",
            action_url=f"/app/subscribers/import?id={found.pk}",
        )


def _is_disk_low() -> bool:
    settings = load()
    return disk.is_low(settings.data, settings.min_free_disk())


class _Fields:
    """Ids of new fields by label; made when first asked for."""

    def __init__(self, account_id: int) -> None:
        self._account_id = account_id

    def id_of(self, label: str) -> int:
        for field in list_fields(self._account_id):
            if field.label.lower() == label.lower():
                return field.id
        return subscribers.create_field(account_id=self._account_id, label=label).id


class _Tags:
    """Ids of tags by name; made when first met."""

    def __init__(self, account_id: int) -> None:
        self._account_id = account_id
        self._ids = {tag["name"]: int(tag["id"]) for tag in list_tags(account_id)}

    def id_of(self, name: str) -> int:
        found = self._ids.get(name)
        if found is None:
            made = subscribers.find_or_create_tags(account_id=self._account_id, names=[name])
            found = self._ids[name] = made[name]
        return found
