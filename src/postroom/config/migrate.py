"""Brings the database's schema up to this version: tables, SQL functions, partitions. Safe to run twice."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg

from postroom.settings import load

_LOCK = 5_077_001  # advisory lock: two migrations at once take turns
OLDEST_SERVER = 150000


class SchemaError(Exception):
    """The database's schema and this version do not fit; the text says what to do."""


def migrate() -> list[str]:
    """Applies what is missing and returns the names of the migrations applied. Raises SchemaError."""
    set_up_django()
    from django.core.management import call_command

    from postroom.lib import clock, partitions, sql

    with _one_at_a_time():
        missing = pending()
        call_command("migrate", verbosity=0, interactive=False)
        sql.install_functions()
        partitions.ensure_partitions(clock.today(), clock.today() + timedelta(days=partitions.DAYS_AHEAD))
    return missing


def check_schema() -> None:
    """Raises SchemaError unless the schema is exactly this version's; called by processes that run alone."""
    set_up_django()
    if missing := pending():
        raise SchemaError(
            f"The database lacks {len(missing)} migration(s), first {missing[0]}: run `postroom migrate`."
        )


def pending() -> list[str]:
    """Migrations of this version that the database lacks. Raises SchemaError when it is newer or too old."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.ensure_connection()
    if connection.connection.info.server_version < OLDEST_SERVER:
        raise SchemaError("The PostgreSQL server is older than 15: upgrade it, then start again.")
    executor = MigrationExecutor(connection)
    graph, applied = executor.loader.graph, executor.loader.applied_migrations
    ours = {app for app, _ in executor.loader.disk_migrations}
    unknown = sorted(key for key in applied if key[0] in ours and key not in executor.loader.disk_migrations)
    if unknown and not executor.loader.replacements:
        app, name = unknown[-1]
        raise SchemaError(
            f"The database was migrated by a newer Postroom (it has {app}.{name}, this version does not): "
            "install that version or a newer one. Nothing was changed."
        )
    plan = executor.migration_plan(graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    # A connection of its own: the lock must outlive whatever Django does with the pooled one.
    with psycopg.connect(load().database_dsn(), autocommit=True) as lock:
        lock.execute("select pg_advisory_lock(%s)", [_LOCK])
        yield


def set_up_django() -> None:
    """Django with Postroom's settings, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.config.django")
    import django

    django.setup(set_prefix=False)
