"""What nobody reads any more once it is finished: it goes by itself, without a setting."""

from __future__ import annotations

from threading import Event

import structlog

from postroom.lib import sql

log = structlog.get_logger("postroom.finished")
BATCH = 5_000
# What goes, as the end of `select … from`; each walks an index from its oldest end. Ledger rows stay.
FINISHED = {
    # One chunk a mail. Those of broadcasts stay: “send again” opens them.
    "chunk": "chunk where state = 'done' and nth is not null and created_at < now() - interval '7 days'",
    # Mails of the house hold links that sign in, reset and invite: no longer than they need to leave.
    "content_version": (
        "content_version v where kind = 'raw' and created_at < now() - interval '24 hours' and not exists"
        " (select from chunk c where c.account_id = v.account_id and c.content_version_id = v.id"
        " and c.state <> 'done') and not exists"
        " (select from send s where s.account_id = v.account_id and s.content_version_id = v.id)"
    ),
    "notice": "notice where resolved_at < now() - interval '90 days'",
    "procrastinate_jobs": (
        "procrastinate_jobs j where status in ('failed', 'succeeded', 'cancelled', 'aborted') and not exists"
        " (select from procrastinate_events e where e.job_id = j.id and e.at > now() - interval '30 days')"
    ),
}


def forget_finished(stop: Event) -> None:
    """Deletes it in small statements."""
    for table, rows in FINISHED.items():
        total, deleted = 0, BATCH
        while deleted == BATCH and not stop.is_set():
            deleted = sql.execute(
                f"delete from {table} where id in (select id from {rows} order by id limit {BATCH})"
            )
            total += deleted
        if total:
            log.info("forgotten", table=table, rows=total)
