"""Migrations: twice at once, a newer schema, a missing one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from postroom.config import migrate
from tests.support import database
from tests.support.server import free_port, run


@pytest.fixture
def fresh(tmp_path_factory):
    """An empty database on a cluster of its own."""
    from tests.support.users import open_directory

    root = open_directory()
    cluster = database.new_cluster(root / "data")
    cluster.start()
    yield {"POSTROOM_DATA": str(root / "data"), "DATABASE_URL": cluster.dsn}
    database.remove(cluster)
    import shutil

    shutil.rmtree(root)


@pytest.mark.slow
def test_two_at_once_take_turns(fresh):
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: run("migrate", **fresh), range(2)))
    assert [each.returncode for each in done] == [0, 0], [each.stderr for each in done]
    applied = [each.stdout.count("Applied ") for each in done]
    assert max(applied) > 20
    assert min(applied) == 0  # the second found nothing left to do
    assert run("migrate", **fresh).stdout == "The database is up to date.\n"


def test_a_database_that_is_away_is_said_in_a_sentence(tmp_path):
    url = "postgresql://u:hunter2@127.0.0.1:1/none"
    done = run("migrate", POSTROOM_DATA=str(tmp_path), DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("postroom: The database does not answer (")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


@pytest.mark.slow
def test_serve_refuses_a_newer_schema_and_changes_nothing(fresh):
    assert run("migrate", **fresh).returncode == 0
    with psycopg.connect(fresh["DATABASE_URL"]) as connection:
        connection.execute(
            "insert into django_migrations (app, name, applied) values ('events', '9999_later', now())"
        )
    done = run("serve", **fresh, POSTROOM_BIND=f"localhost:{free_port()}")
    assert done.returncode == 1
    assert "newer Postroom (it has events.9999_later, this version does not)" in done.stderr
    assert "nothing was started" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["web", "worker", "sender"])
def test_a_process_alone_refuses_a_schema_that_is_not_its_own(fresh, command):
    done = run(command, **fresh)
    assert done.returncode == 1
    assert "run `postroom migrate`" in done.stderr


@pytest.mark.django_db
def test_a_newer_schema_is_refused_and_left_alone():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "insert into django_migrations (app, name, applied) values ('events', '9999_later', now())"
        )
    with pytest.raises(migrate.SchemaError, match=r"newer Postroom \(it has events.9999_later"):
        migrate.pending()


@pytest.mark.django_db
def test_nothing_is_pending_in_the_test_database():
    assert migrate.pending() == []


@pytest.mark.slow
def test_every_month_ahead_has_its_partition(postgres):
    with psycopg.connect(postgres) as connection:
        for table in ("fact", "delivery", "hit"):
            names = connection.execute(
                "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid "
                "where i.inhparent = %s::regclass order by 1",
                [table],
            ).fetchall()
            months = [name for (name,) in names if name[-6:].isdigit()]
            assert len(months) >= 3, table
            assert (f"{table}_default",) in names


def test_the_lock_is_waited_for(postgres):
    """A second migration starts its work only after the first one has let go."""
    order = []
    with psycopg.connect(postgres, autocommit=True) as held:
        held.execute("select pg_advisory_lock(%s)", [migrate._LOCK])

        def second() -> None:
            with migrate._one_at_a_time():
                order.append("second")

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert order == []
        held.execute("select pg_advisory_unlock(%s)", [migrate._LOCK])
    thread.join(5)
    assert order == ["second"]
