"""Which system user runs the cluster. PostgreSQL refuses to run as root, so root lends it a system user."""

import os
import pwd
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from postroom.config.postgres.errors import PostgresError

SYSTEM_USER = "postroom"
_USERADD_OPTIONS: tuple[str, ...] = (
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir",
    "/nonexistent",
)
_USERADD_OPTIONS += ("--shell", "/usr/sbin/nologin")


@dataclass(frozen=True)
class Owner:
    """A user of the machine, by number and name."""

    uid: int
    gid: int
    name: str

    @classmethod
    def of(cls, uid: int) -> "Owner":
        """The user with this number. Raises PostgresError when it has no name, which PostgreSQL needs."""
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise PostgresError(
                f"User {uid} has no entry in /etc/passwd, without which PostgreSQL cannot start: "
                "add one, or set DATABASE_URL to a PostgreSQL elsewhere."
            ) from None
        return cls(entry.pw_uid, entry.pw_gid, entry.pw_name)

    @classmethod
    def current(cls) -> "Owner":
        """The user of this process."""
        return cls.of(os.geteuid())

    @classmethod
    def for_new_cluster(cls) -> "Owner":
        """The user of this process, or as root the system user `postroom`, made when missing."""
        return cls.current() if os.geteuid() != 0 else _system_user()

    def switch(self) -> dict[str, Any]:
        """Arguments that make `subprocess` run as this user; {} when we are it already."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, directory: Path) -> bool:
        """True when this user may pass through `directory` and all its parents."""
        return self._tests("-x", directory)

    def can_run(self, program: Path) -> bool:
        """True when this user may run `program`."""
        return self._tests("-x", program)

    def _tests(self, flag: str, path: Path) -> bool:
        # Asked by a process of that user: mode bits alone miss ACLs, mounts and groups.
        asked = ["test", flag, str(path)]
        return subprocess.run(asked, cwd="/", check=False, **self.switch()).returncode == 0


def _system_user() -> Owner:
    for _ in range(20):
        try:
            return Owner.of(pwd.getpwnam(SYSTEM_USER).pw_uid)
        except KeyError:
            made = subprocess.run(
                ["useradd", *_USERADD_OPTIONS, SYSTEM_USER],
                capture_output=True,
                text=True,
                check=False,
            )
            if made.returncode not in (0, 1, 9):  # 1: the file is locked for a moment, 9: somebody was faster
                break
            time.sleep(0 if made.returncode == 0 else 0.3)
    raise PostgresError(
        f"PostgreSQL must not run as root and the user {SYSTEM_USER!r} could not be made: create it with "
        f"`useradd --system {SYSTEM_USER}`, start Postroom as an ordinary user, or set DATABASE_URL."
    )
