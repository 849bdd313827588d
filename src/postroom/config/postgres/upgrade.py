"""Moves a cluster to a newer major version with `pg_upgrade --link`: seconds, whatever its size.

Order, so that the next start repairs a crash at any point: new cluster in `<path>.upgrade`, pg_upgrade,
marker file, old → `<path>.old`, new → `<path>`, old deleted. Before the marker the old cluster is the one.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from postroom.config.postgres import config, initdb
from postroom.config.postgres.errors import PostgresError
from postroom.config.postgres.owner import Owner
from postroom.config.postgres.programs import Programs, find_old_programs

if TYPE_CHECKING:
    from postroom.config.postgres.cluster import Cluster

MARKER = "postroom-upgraded"


def upgrade(cluster: "Cluster", found: int, programs: Programs, owner: Owner) -> None:
    """Upgrades the stopped cluster from major version `found` to that of `programs`."""
    old = find_old_programs(found, owner, cluster.pg_old_bin)
    cluster.say(f"Upgrading the database from PostgreSQL {found} to {programs.version}.")
    path, new = cluster.path, cluster.path.with_name(cluster.path.name + ".upgrade")
    if cluster.pid() is not None:
        raise PostgresError("PostgreSQL still runs with its old version: stop the old Postroom first.")
    cluster.open_socket_dir(owner)
    _settle(cluster, old, owner)
    cluster.open_socket_dir(owner)  # a stop removes it
    initdb.remove(new)
    initdb.make(new, programs, owner, *_same_layout(old, path, owner, programs))
    for each, by in ((path, old), (new, programs)):
        config.write(each, cluster.place.socket, by, owner, cluster.extra)
    # pg_upgrade starts both servers itself; they log to its own files, not to a collector.
    quiet = "-c logging_collector=off"
    programs.run(
        "pg_upgrade", "--link", "-U", config.SUPERUSER, "-b", str(old.bin), "-B", str(programs.bin),
        "-d", str(path), "-D", str(new), f"--socketdir={cluster.place.socket}", "-o", quiet, "-O", quiet,
        owner=owner, cwd=new,
    )  # fmt: skip
    (new / MARKER).touch()
    finish_interrupted(path)
    cluster.say("The upgrade is done; statistics are gathered anew by autovacuum.")


def finish_interrupted(path: Path) -> None:
    """Completes the renames of an upgrade that had succeeded when the machine went down."""
    new, old = path.with_name(path.name + ".upgrade"), path.with_name(path.name + ".old")
    if (new / MARKER).exists():
        if path.exists():
            path.rename(old)
        new.rename(path)
    if (path / MARKER).exists():
        initdb.remove(old)
        (path / MARKER).unlink()


def _settle(cluster: "Cluster", old: Programs, owner: Owner) -> None:
    """pg_upgrade wants a clean shutdown: after a crash the old version first recovers and stops."""
    if _control(old, cluster.path, owner, "Database cluster state") in ("shut down", "shut down in recovery"):
        return
    cluster.say("The database was not shut down cleanly; its old version recovers it first.")
    config.write(cluster.path, cluster.place.socket, old, owner, cluster.extra)
    cluster._launch(old, owner)
    cluster._wait_until_ready(old, owner)
    cluster.stop()


def _same_layout(old: Programs, path: Path, owner: Owner, new: Programs) -> list[str]:
    """initdb flags for what must equal the old cluster: checksums and the size of a log segment."""
    checksums = _control(old, path, owner, "Data page checksum version") != "0"
    flags = [f"--wal-segsize={int(_control(old, path, owner, 'Bytes per WAL segment')) // 2**20}"]
    if checksums:
        return [*flags, "--data-checksums"]
    return [*flags, "--no-data-checksums"] if new.major >= 18 else flags


def _control(programs: Programs, path: Path, owner: Owner, what: str) -> str:
    text = programs.run("pg_controldata", "-D", str(path), owner=owner).stdout
    match = re.search(rf"^{re.escape(what)}:\s*(.*)$", text, re.MULTILINE)
    return match[1].strip() if match else ""
