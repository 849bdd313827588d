"""One embedded cluster: where it lies, first set-up, start (through crash recovery), stop."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from postroom.config.postgres import config, initdb, upgrade
from postroom.config.postgres.errors import PostgresError
from postroom.config.postgres.owner import Owner
from postroom.config.postgres.programs import Programs, clean_env, find_programs
from postroom.lib.parent import end_with_parent
from postroom.settings.secret import CLUSTER_FILE, make_data_dir

SYSTEM_HOME = Path("/var/lib/postroom")
ROLE = DATABASE = "postroom"
MAX_SOCKET_BYTES = 100  # the kernel's limit is 107 with the file name `.s.PGSQL.5432` added by PostgreSQL


@dataclass(frozen=True)
class Place:
    """Where a cluster lies; kept in the data directory so that two of those never share a cluster."""

    id: str
    path: str
    socket: str
    user: str = ROLE
    database: str = DATABASE


class Cluster:
    """The embedded PostgreSQL of one data directory. All methods raise PostgresError."""

    def __init__(
        self,
        data: Path,
        *,
        pg_bin: Path | None = None,
        pg_old_bin: Path | None = None,
        say: Callable[[str], None] = lambda text: None,
        extra: Mapping[str, str] | None = None,
        die_with_parent: bool = False,
    ) -> None:
        """`say` gets a sentence of progress now and then; `extra` are server settings and `die_with_parent`
        ends the server when this process is killed (both for tests)."""
        self.data = data
        self.say = say
        self.pg_bin = pg_bin
        self.pg_old_bin = pg_old_bin
        self.extra = dict(extra or {})
        self.die_with_parent = die_with_parent
        self._child: subprocess.Popen[bytes] | None = None
        self._place: Place | None = None

    @property
    def place(self) -> Place:
        """Where the cluster lies; decided and written down on first use."""
        if self._place is None:
            self._place = _read_place(self.data) or _choose_place(self.data)
        return self._place

    @property
    def path(self) -> Path:
        """The cluster's own directory."""
        return self.data / self.place.path

    @property
    def dsn(self) -> str:
        """Connection URL for Postroom's own role and database."""
        return f"postgresql://{self.place.user}@/{self.place.database}?host={self.place.socket}"

    @property
    def owner(self) -> Owner:
        """The user who runs the cluster: whoever owns its directory."""
        if not self.path.exists():
            return Owner.for_new_cluster()
        owner = Owner.of(self.path.stat().st_uid)
        if os.geteuid() not in (0, owner.uid):
            raise PostgresError(
                f"{self.path} belongs to {owner.name}: start Postroom as that user or as root."
            )
        return owner

    @property
    def programs(self) -> Programs:
        """PostgreSQL's programs for this cluster."""
        return find_programs(self.pg_bin, self.owner)

    def start(self) -> None:
        """Makes, upgrades and starts the cluster; returns when it answers. Waits out a crash recovery."""
        owner, programs = self.owner, self.programs
        if self.pid() is None:
            self._choose_socket()
        self._make_or_upgrade(programs, owner)
        self.open_socket_dir(owner)
        config.write(self.path, self.place.socket, programs, owner, self.extra)
        if self.pid() is None:
            self._launch(programs, owner)
        self._wait_until_ready(programs, owner)
        initdb.make_role_and_database(
            programs, owner, self.place.socket, self.place.user, self.place.database
        )

    def stop(self, timeout_s: float = 60) -> None:
        """Disconnects clients and shuts down cleanly; after `timeout_s` without the final checkpoint."""
        pid = self.pid() or (self._child.pid if self._child else None)  # one just started has no pid file yet
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)  # "fast": no waiting for clients
        if not self._gone_within(pid, timeout_s):
            self.say("PostgreSQL does not stop in time; it will recover from its log on the next start.")
            os.kill(pid, signal.SIGQUIT)
            self._gone_within(pid, 10)
        with contextlib.suppress(OSError):
            Path(self.place.socket).rmdir()

    def open_socket_dir(self, owner: Owner) -> None:
        """Makes the directory of the server's socket, for its owner only."""
        _open_socket_dir(Path(self.place.socket), owner)

    def pid(self) -> int | None:
        """Process id of the running server, None when it does not run."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        try:
            pid = int((self.path / "postmaster.pid").read_text().split("\n")[0])
            os.kill(pid, 0)
        except (OSError, ValueError):
            return None
        # After a reboot the number may belong to somebody else's process.
        return pid if _runs_in(pid, self.path) else None

    def _choose_socket(self) -> None:
        """The place of the socket is that of whoever starts the server: systemd's differs from a person's."""
        wanted = str(_socket_dir(self.place.id))
        if wanted != self.place.socket:
            self._place = replace(self.place, socket=wanted)
            temp = self.data / f".{CLUSTER_FILE}.{os.getpid()}"
            temp.write_text(json.dumps(asdict(self._place), indent=1) + "\n")
            temp.replace(self.data / CLUSTER_FILE)

    def _make_or_upgrade(self, programs: Programs, owner: Owner) -> None:
        upgrade.finish_interrupted(self.path)
        if not (self.path / "PG_VERSION").exists():
            self.say(f"Making a new PostgreSQL {programs.version} database in {self.path}.")
            initdb.make(self.path, programs, owner)
        found = int((self.path / "PG_VERSION").read_text())
        if found > programs.major:
            raise PostgresError(
                f"The database in {self.path} was made by PostgreSQL {found}, but {programs.bin} is "
                f"{programs.version}: use PostgreSQL {found} or newer (unset POSTROOM_PG_BIN or change it)."
            )
        if found < programs.major:
            upgrade.upgrade(self, found, programs, owner)

    def _launch(self, programs: Programs, owner: Owner) -> None:
        self._clear_stale_pid_file()
        log = config.start_log(self.path)
        with log.open("wb") as out:
            self._child = subprocess.Popen(
                [programs["postgres"], "-D", str(self.path)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=clean_env(),
                start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops PostgreSQL last
                preexec_fn=end_with_parent if self.die_with_parent else None,
                **owner.switch(),
            )

    def _clear_stale_pid_file(self) -> None:
        """Removes a killed server's lock files, as its number may be taken: by a zombie nobody reaps (in a
        container without init), by another program. PostgreSQL would take either for a running server."""
        locks = [self.path / "postmaster.pid", Path(self.place.socket) / ".s.PGSQL.5432.lock"]
        until = time.monotonic() + 30
        while _has_processes(self.path) and time.monotonic() < until:
            time.sleep(0.1)  # children of a killed server end by themselves
        if Path("/proc/self").exists() and not _has_processes(self.path):
            for file in locks:
                file.unlink(missing_ok=True)

    def _wait_until_ready(self, programs: Programs, owner: Owner) -> None:
        """Waits as long as the server lives: recovery takes as long as there is log to replay."""
        began = spoke = time.monotonic()
        retry_until = began + 30
        while True:
            if self._is_ready():
                return
            if self._child is not None and self._child.poll() is not None:
                text = config.start_log(self.path).read_text(errors="replace")
                if "still in use" in text and time.monotonic() < retry_until:
                    time.sleep(0.5)  # children of a killed server are about to go
                    self._launch(programs, owner)
                    continue
                raise PostgresError(f"PostgreSQL did not start: {_reason(text, self.path)}")
            if self._child is None and self.pid() is None:
                raise PostgresError(f"PostgreSQL went away while starting; see {self.path}/log.")
            if time.monotonic() - spoke > 2:
                spoke = time.monotonic()
                self.say(
                    f"PostgreSQL is starting ({spoke - began:.0f} s){config.recovery_progress(self.path)}."
                )
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        """By the word that the server writes into its pid file; a file that a killed one left counts not."""
        try:
            lines = (self.path / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        mine = self._child is None or lines[0] == str(self._child.pid)
        return mine and len(lines) > 7 and lines[7].strip() == "ready"

    def _gone_within(self, pid: int, timeout_s: float) -> bool:
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            if self._child is not None:
                self._child.poll()  # reaps it, else the number stays taken
            try:
                os.kill(pid, 0)
                gone = not _runs_in(pid, self.path)  # a zombie of somebody else's still takes signals
            except ProcessLookupError:
                gone = True
            if gone:
                if self._child is not None and self._child.pid == pid:
                    self._child.wait()  # it may have ended since the poll above
                self._child = None
                return True
            time.sleep(0.02)
        return False


def _read_place(data: Path) -> Place | None:
    try:
        return Place(**json.loads((data / CLUSTER_FILE).read_text()))
    except FileNotFoundError:
        return None
    except PermissionError:
        raise PostgresError(
            f"{data / CLUSTER_FILE} cannot be read: run as the user that owns {data}."
        ) from None
    except (ValueError, TypeError):
        raise PostgresError(f"{data / CLUSTER_FILE} is damaged: restore it from a backup.") from None


def _choose_place(data: Path) -> Place:
    try:
        make_data_dir(data)
    except OSError as error:
        raise PostgresError(
            f"{data} cannot be made ({error.strerror}): let POSTROOM_DATA name a directory you may write."
        ) from None
    owner = Owner.for_new_cluster()
    id_ = secrets.token_hex(6)
    inside = owner.can_enter(data)
    # Relative where it can be: the data directory may be moved as a whole.
    path = "postgres" if inside else str(SYSTEM_HOME / id_)
    place = Place(id_, path, str(_socket_dir(id_)))
    temp = data / f".{CLUSTER_FILE}.{id_}"
    try:
        temp.write_text(json.dumps(asdict(place), indent=1) + "\n")
        os.link(temp, data / CLUSTER_FILE)  # two first starts at once: the first one decides
    except FileExistsError:
        pass
    except OSError as error:
        raise PostgresError(f"{data} cannot be written ({error.strerror}): check its owner.") from None
    finally:
        temp.unlink(missing_ok=True)
    return _read_place(data) or place


def _socket_dir(id_: str) -> Path:
    """A short directory of our own: a socket's path is limited to 107 bytes, a data directory's is not."""
    base = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]  # set by systemd
    if not base and os.geteuid() == 0:
        base = "/run/postroom"
    path = Path(base) / id_ if base else Path(f"/tmp/postroom-{id_}")  # noqa: S108  id_ cannot be guessed
    return path if len(str(path)) < MAX_SOCKET_BYTES else Path(f"/tmp/postroom-{id_}")  # noqa: S108


def _open_socket_dir(path: Path, owner: Owner) -> None:
    try:
        if not path.parent.exists():
            path.parent.mkdir(mode=0o755, parents=True)
        path.mkdir(mode=0o700, exist_ok=True)
        seen = path.lstat()
        if os.geteuid() == 0 and seen.st_uid == 0:
            os.chown(path, owner.uid, owner.gid)
            seen = path.lstat()
    except OSError as error:
        raise PostgresError(f"The socket directory {path} cannot be made: {error.strerror}.") from None
    if path.is_symlink() or seen.st_uid != owner.uid or seen.st_mode & 0o077:
        raise PostgresError(
            f"The socket directory {path} must belong to {owner.name}, mode 0700: remove it and start again."
        )


def _runs_in(pid: int, path: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == path.resolve()
    except OSError:
        return not Path("/proc/self").exists()  # no procfs (macOS): believe the file


def _has_processes(path: Path) -> bool:
    """True while any process, a server or its children, works in this directory (Linux; else False)."""
    return any(_runs_in(int(entry.name), path) for entry in Path("/proc").glob("[0-9]*"))


def _reason(start_log: str, path: Path) -> str:
    # What this start wrote says more than the log, whose last lines may be those of the run before.
    for lines in (start_log.strip().splitlines(), config.tail_log(path)):
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "HINT" in line]
        if telling or lines:
            return " ".join((telling or lines)[-3:]).strip() + f" (log: {path}/log)"
    return f"it left no message (log: {path}/log)"
