"""Rounds of the worker that keep the installation in order: partitions, retention, the disk."""

import shutil
import time
from datetime import date, timedelta
from threading import Event

import structlog
from django.db import connection, transaction

from postroom.lib import clock, disk, partitions
from postroom.settings import load

log = structlog.get_logger("postroom.upkeep")
DISK_KEY = "disk"


def make_partitions(_: Event) -> None:
    """Makes the partitions of the next days; rows that found none are an alarm."""
    partitions.ensure_partitions(clock.today(), clock.today() + timedelta(days=partitions.DAYS_AHEAD))
    for table, rows in partitions.default_rows().items():
        if rows:
            log.error("rows outside every partition", table=table, rows=rows)


def apply_retention(stop: Event) -> None:
    """Drops what is older than the settings allow: whole months of partitioned tables, files by age."""
    from postroom.webhooks import services as webhooks

    settings = load()
    keep_days = {
        "fact": settings.retention_fact_days,
        "hit": settings.retention_hit_days,
        "delivery": settings.retention_delivery_days,
    }
    for table, days in keep_days.items():
        if days:
            drop_months_before(table, clock.today() - timedelta(days=days))
    if settings.retention_delivery_days:
        _delete_older("delivery_attempt", settings.retention_delivery_days, stop)
    if settings.retention_change_days:
        _delete_older("change", settings.retention_change_days, stop)
    if settings.retention_webhook_days:
        webhooks.delete_old(settings.retention_webhook_days)
    if settings.retention_import_days:
        _remove_old_files(settings.retention_import_days)
        _forget_refused_lines(settings.retention_import_days)


def drop_months_before(table: str, day: date) -> list[str]:
    """Drops the partitions of `table` that end on or before `day`; returns their names."""
    month = partitions.month_of(day)
    dropped = []
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid "
            "where i.inhparent = %s::regclass and c.relname ~ '_[0-9]{6}$' order by 1",
            [table],
        )
        for (name,) in cursor.fetchall():
            if name[-6:] < f"{month:%Y%m}":
                with transaction.atomic():
                    # A long reader delays the drop, not everybody behind it.
                    cursor.execute("set local lock_timeout = '5s'")
                    cursor.execute(f"drop table {connection.ops.quote_name(name)}")
                dropped.append(name)
    if dropped:
        log.info("dropped by retention", table=table, partitions=dropped)
    return dropped


def forget_expired(_: Event) -> None:
    """Deletes counts of tries that no limit looks at any more, old cache entries and ended sessions."""
    from django.contrib.sessions.backends.db import SessionStore

    from postroom.accounts import shared_cache
    from postroom.accounts.services import limiter

    limiter.forget_old()
    shared_cache.forget_expired()
    SessionStore.clear_expired()


def delete_ended(stop: Event) -> int:
    """Deletes what is in the accounts that their owners have ended."""
    from postroom.accounts import services

    return services.delete_ended(stop)


def watch_disk(_: Event) -> None:
    """Keeps the notice about a full disk in step with the disk, for every account."""
    from postroom.accounts import services
    from postroom.accounts.models import Account

    settings = load()
    low = disk.is_low(settings.data, settings.min_free_disk())
    for account_id in Account.objects.filter(kind="creator").values_list("id", flat=True):
        if low:
            services.notify(
                account_id=account_id,
                key=DISK_KEY,
                level="alarm",
                title="The disk is almost full: sends and imports wait",
                body=f"Less than {settings.min_free_disk() // 10**6:,} MB are free. Free some space; "
                "what waits then goes on by itself.",
            )
        else:
            services.resolve_notice(account_id=account_id, key=DISK_KEY)


def _delete_older(table: str, days: int, stop: Event) -> None:
    """In small statements along the primary key, which grows with time: no index on `at`, no long lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select coalesce((select id from {table} where at >= now() - make_interval(days => %s)"
            f" order by id limit 1), (select max(id) + 1 from {table}))",
            [days],
        )
        (first_young,) = cursor.fetchone()
        deleted = 1
        while deleted and not stop.is_set():
            cursor.execute(
                f"delete from {table} where id in"
                f" (select id from {table} where id < %s order by id limit 5000)",
                [first_young],
            )
            deleted = cursor.rowcount


def _remove_old_files(days: int) -> None:
    for path in (load().data / "imports").glob("*/*"):
        if path.stat().st_mtime < time.time() - days * 86400:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _forget_refused_lines(days: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from import_error e using import i where i.account_id = e.account_id"
            " and i.id = e.import_id and i.finished_at < now() - make_interval(days => %s)",
            [days],
        )
