"""Debian's PostgreSQL instead of the wheel's: the schema, and one journey through a whole installation.

`make test PG=debian` runs the whole suite this way.
"""

import shutil
from pathlib import Path

import psycopg
import pytest

from postroom.config.postgres import Cluster
from tests.support import database
from tests.support.server import Server, run
from tests.support.users import open_directory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def debian() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    assert found, "apt-get install postgresql"
    return found[-1].parent


@pytest.fixture(scope="module")
def server(debian):
    with Server(POSTROOM_PG_BIN=str(debian)) as server:
        yield server


def test_the_cluster_is_debians(server, debian):
    with psycopg.connect(server.dsn) as connection:
        (version,) = connection.execute("show server_version").fetchone()
    assert version.split(".")[0] == debian.parent.name
    assert server.get("/readyz")[0] == 200
    assert "Its schema is this version's" in run("doctor", **server.env).stdout


def test_the_schema_is_the_same_as_on_the_wheels(server, postgres):
    """Tables, columns and constraints, name by name; SQL functions too."""
    questions = (
        "select table_name, column_name, data_type, is_nullable from information_schema.columns "
        "where table_schema = 'public' order by 1, 2",
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint "
        "where connamespace = 'public'::regnamespace and contype <> 'n' order by 1, 2",
        "select proname, pg_get_function_identity_arguments(oid) from pg_proc p "
        "where pronamespace = 'public'::regnamespace and not exists (select 1 from pg_depend d "
        "where d.objid = p.oid and d.deptype = 'e') order by 1, 2",
    )
    with psycopg.connect(server.dsn) as one, psycopg.connect(postgres) as other:
        for question in questions:
            assert one.execute(question).fetchall() == other.execute(question).fetchall()


def test_an_account_made_there_is_backed_up_and_restored(server, debian):
    who = ("Alice", "--email", "alice@example.com", "--password", "a long password 1", "--json")
    made = run("account", "create", *who, **server.env)
    assert made.returncode == 0, made.stderr
    root = open_directory()
    env = {"POSTROOM_DATA": str(root / "new"), "POSTROOM_PG_BIN": str(debian)}
    try:
        done = run("backup", str(root / "b.tar"), "--with-key", **server.env)
        assert done.returncode == 0, done.stderr
        done = run("restore", str(root / "b.tar"), **env)
        assert done.returncode == 0, done.stderr
        cluster = Cluster(root / "new", pg_bin=debian, die_with_parent=True)
        cluster.start()
        with psycopg.connect(cluster.dsn) as connection:
            assert connection.execute("select name from account where kind = 'creator'").fetchall() == [
                ("Alice",)
            ]
        database.remove(cluster)
    finally:
        shutil.rmtree(root)


def test_a_backup_is_restored_into_a_server_of_debians_by_the_wheels_programs(server, debian):
    """The newer programs set what an older server does not know; a failure leaves its database empty."""
    root = open_directory()
    external = Cluster(root / "external", pg_bin=debian, extra=database.FAST, die_with_parent=True)
    (root / "external").mkdir(mode=0o711)
    external.start()
    env = {"POSTROOM_DATA": str(root / "new"), "DATABASE_URL": external.dsn}
    try:
        done = run("backup", str(root / "b.tar"), "--with-key", **server.env)
        assert done.returncode == 0, done.stderr
        done = run("restore", str(root / "b.tar"), **env)
        assert done.returncode == 0, done.stderr
        tables = "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        with psycopg.connect(server.dsn) as one, psycopg.connect(external.dsn) as other:
            assert other.execute(tables).fetchone() == one.execute(tables).fetchone()
            names = "select name from account order by id"
            assert other.execute(names).fetchall() == one.execute(names).fetchall()
        again = run("restore", str(root / "b.tar"), **{**env, "POSTROOM_DATA": str(root / "newer")})
        assert again.returncode == 1
        assert "The database is not empty" in again.stderr
    finally:
        database.remove(external)
        shutil.rmtree(root)


def test_what_an_older_server_refuses_is_told(debian, tmp_path):
    from postroom.config import restore
    from postroom.config.archive import BackupError
    from postroom.settings.load import read

    root = open_directory()
    external = Cluster(root / "external", pg_bin=debian, extra=database.FAST, die_with_parent=True)
    (root / "external").mkdir(mode=0o711)
    external.start()
    try:
        (tmp_path / "dump").write_bytes(b"no dump")
        with pytest.raises(BackupError, match="psql failed: pg_restore: error"):
            restore._load_by_script(read(data=root), external.dsn, tmp_path / "dump", tmp_path)
    finally:
        database.remove(external)
        shutil.rmtree(root)
