"""Jobs of imports."""

from __future__ import annotations

from procrastinate import exceptions
from procrastinate.contrib.django import app

from postroom.imports import services


@app.task(name="imports.run", queue="imports")
def run_import(account_id: int, import_id: int) -> None:
    """Merges what is left of one import; the import's own lock keeps two from working on it at once."""
    services.run(account_id=account_id, import_id=import_id)


def defer_run(*, account_id: int, import_id: int) -> None:
    """Asks a worker to run the import, once however often it is asked."""
    job = run_import.configure(queueing_lock=f"import-{import_id}")
    try:
        job.defer(account_id=account_id, import_id=import_id)
    except exceptions.AlreadyEnqueued:
        return


def take_up_stalled() -> int:
    """Asks again for imports whose worker died, and for paused ones that may go on."""
    found = services.stalled()
    for account_id, import_id in found:
        if services.resume(account_id=account_id, import_id=import_id):
            defer_run(account_id=account_id, import_id=import_id)
    return 0
