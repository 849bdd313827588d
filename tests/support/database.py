"""Clusters for tests. A migrated one is kept in the temporary directory, keyed by all that shapes it."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

import postroom
from postroom.config.postgres import Cluster

SOURCE = Path(postroom.__file__).parent
CACHE = Path(tempfile.gettempdir()) / f"postroom-test-cache-{os.geteuid()}"
CLEAN = "postroom_clean"  # a second, untouched copy of the migrated database inside each cluster
WATCHED = "postroom_watched"  # a third, made when asked for, in which tenancy.sql watches every table
# Nothing here must survive a power cut: speed over durability. Crash tests start clusters of their own.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
FAST |= {"shared_buffers": "64MB", "autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0"}


def new_cluster(data: Path, **extra: str) -> Cluster:
    """A cluster that is not started yet and ends with this process, even when that is killed."""
    pg_bin = os.environ.get("POSTROOM_TEST_PG_BIN")
    data.mkdir(parents=True, mode=0o711, exist_ok=True)
    return Cluster(data, pg_bin=Path(pg_bin) if pg_bin else None, extra=FAST | extra, die_with_parent=True)


def start(cluster: Cluster) -> None:
    """Starts `cluster` as a copy of the cached migrated one, which is made when it is missing or outdated."""
    if not cluster.path.exists():
        copy_of_template(cluster)
    cluster.start()


def copy_of_template(cluster: Cluster) -> None:
    """Puts a migrated, stopped cluster where `cluster` will look for its files."""
    kept = _template(cluster)
    subprocess.run(["cp", "-a", "--reflink=auto", str(kept), str(cluster.path)], check=True)


def restore(cluster: Cluster, *, watched: bool = False) -> None:
    """Puts the database back to its migrated, empty state; ends connections that a test left open."""
    name, role = cluster.place.database, cluster.place.user
    if watched:
        _make_watched(cluster)
    _ask(cluster.dsn, f"drop database if exists {name} with (force)")
    template = WATCHED if watched else CLEAN
    _ask(cluster.dsn, f"create database {name} template {template} owner {role} strategy file_copy")


def _make_watched(cluster: Cluster) -> None:
    superuser = _superuser(cluster.dsn)
    with psycopg.connect(superuser, autocommit=True) as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [WATCHED]).fetchone():
            return
        role = cluster.place.user
        connection.execute(f"create database {WATCHED} template {CLEAN} owner {role} strategy file_copy")
        connection.execute(f"alter role {role} set tenancy.caller = '0'")
        # The policies look dear to the planner, which is no reason to compile each little query.
        connection.execute(f"alter role {role} set jit = off")
    with psycopg.connect(superuser, dbname=WATCHED, autocommit=True) as connection:
        connection.execute((Path(__file__).parent / "tenancy.sql").read_text())


def remove(cluster: Cluster) -> None:
    """Stops the cluster at once and deletes its files."""
    if cluster.pid() is not None:
        cluster.stop(timeout_s=10)
    shutil.rmtree(cluster.path, ignore_errors=True)
    shutil.rmtree(cluster.place.socket, ignore_errors=True)


def remove_leftovers(prefix: str) -> None:
    """Deletes what killed runs left in the temporary directory: `<prefix><pid>-…` of processes gone."""
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}[0-9]*-*"):
        pid = path.name.removeprefix(prefix).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            if (path / "data" / "cluster.json").exists():
                place = json.loads((path / "data" / "cluster.json").read_text())
                shutil.rmtree(path / "data" / place["path"], ignore_errors=True)
                shutil.rmtree(place["socket"], ignore_errors=True)
            shutil.rmtree(path, ignore_errors=True)


def fingerprint(pg_version: str) -> str:
    """Changes whenever a migrated database would look different."""
    digest = hashlib.sha256(pg_version.encode())
    for package in ("django", "django-allauth", "procrastinate"):
        digest.update(version(package).encode())
    wanted = [*SOURCE.rglob("migrations/*.py"), *SOURCE.rglob("sql/**/*.sql"), SOURCE / "config/django.py"]
    wanted += [
        Path(__file__),
        SOURCE / "config/migrate.py",
        SOURCE / "lib/partitions.py",
        SOURCE / "lib/sql.py",
    ]
    for file in sorted(path for path in wanted if path.exists()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _superuser(dsn: str) -> str:
    return f"postgresql://postgres@/postgres?{urlsplit(dsn).query}"


def _ask(dsn: str, statement: str) -> None:
    with psycopg.connect(_superuser(dsn), autocommit=True) as connection:
        connection.execute(statement)


def _template(like: Cluster) -> Path:
    CACHE.mkdir(mode=0o711, exist_ok=True)
    key = fingerprint(like.programs.version)
    kept = CACHE / key
    if kept.exists():
        return kept
    with (CACHE / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _make_template(kept)
    _forget_old(keep=key)
    return kept


def _make_template(kept: Path) -> None:
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=CACHE))
    work.chmod(0o711)
    cluster = new_cluster(work / "data")
    try:
        cluster.start()
        # In a process of its own: Django here stays unaware of this second database.
        code = "from postroom.config.migrate import migrate; migrate()"
        environment = {**os.environ, "DATABASE_URL": cluster.dsn, "POSTROOM_DATA": str(cluster.data)}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"The schema cannot be migrated:\n{done.stderr[-4000:]}")
        _ask(cluster.dsn, f"create database {CLEAN} template {cluster.place.database} strategy file_copy")
        cluster.stop()
        cluster.path.rename(kept)
    finally:
        remove(cluster)
        shutil.rmtree(work, ignore_errors=True)


def _forget_old(keep: str) -> None:
    """Keeps the newest few templates: branches and fresh edits come back to them."""
    old = sorted(
        (
            path
            for path in CACHE.iterdir()
            if path.is_dir() and not path.name.startswith(".") and path.name != keep
        ),
        key=lambda path: path.stat().st_mtime,
    )
    for path in old[:-4]:
        shutil.rmtree(path, ignore_errors=True)
        path.with_name(f"{path.name}.lock").unlink(missing_ok=True)
