"""Makes a new cluster, and Postroom's role and database in it."""

import os
import shutil
from pathlib import Path

from postroom.config.postgres.config import SUPERUSER
from postroom.config.postgres.errors import PostgresError
from postroom.config.postgres.owner import Owner
from postroom.config.postgres.programs import Programs


def make(path: Path, programs: Programs, owner: Owner, *more: str) -> None:
    """An empty cluster at `path`; made beside it and renamed, so that a crash leaves no half of one."""
    temp = path.with_name(path.name + ".new")
    remove(temp)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        temp.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(temp, owner.uid, owner.gid)
    except OSError as error:
        raise PostgresError(f"{temp} cannot be made: {error.strerror}.") from None
    # The built-in provider sorts alike on every machine: moving the files never breaks an index.
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if programs.major >= 17 else []
    programs.run(
        "initdb", "-D", str(temp), "-U", SUPERUSER, "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8",
        "--lc-messages=C", *provider, *more, owner=owner,
    )  # fmt: skip
    temp.rename(path)


def make_role_and_database(programs: Programs, owner: Owner, socket: str, role: str, database: str) -> None:
    """Postroom's role (no superuser) and the database it owns, when missing."""
    done = ask(
        programs, owner, socket,
        f"select (select count(*) from pg_roles where rolname = '{role}'), "
        f"(select count(*) from pg_database where datname = '{database}')",
    )  # fmt: skip
    has_role, has_database = done.split("|")
    if has_role == "0":
        ask(programs, owner, socket, f'create role "{role}" login createdb')
    if has_database == "0":
        ask(programs, owner, socket, f'create database "{database}" owner "{role}"')


def ask(programs: Programs, owner: Owner, socket: str, sql: str, database: str = "postgres") -> str:
    """One statement as superuser through psql; its unaligned output."""
    return programs.run(
        "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", socket, "-U", SUPERUSER, "-d", database, "-c", sql,
        owner=owner,
    ).stdout.strip()  # fmt: skip


def remove(path: Path) -> None:
    """Deletes a directory tree if it is there."""
    if path.exists():
        shutil.rmtree(path)
