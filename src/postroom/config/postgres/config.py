"""The cluster's own configuration files, written anew before every start, and its logs."""

import os
from collections.abc import Mapping
from pathlib import Path

from postroom.config.postgres.owner import Owner
from postroom.config.postgres.programs import Programs

SUPERUSER = "postgres"

# No TCP, no shared socket. Nothing of a statement, its parameters or a conflicting row reaches the log
# (addresses stand in them): hence log_min_error_statement, the two lengths and `terse`.
SERVER = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] ",
    "log_startup_progress_interval": "2s",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_messages": "warning",
}


def write(path: Path, socket: str, programs: Programs, owner: Owner, extra: Mapping[str, str]) -> None:
    """Writes server settings, and who may connect: the cluster's own user and the one who started it."""
    settings = {**SERVER, "unix_socket_directories": socket, **extra}
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    _put(
        path / "postroom.conf",
        "# Written by Postroom at every start; put your own into local.conf.",
        lines,
        owner,
    )
    main = path / "postgresql.conf"
    wanted = "include_if_exists 'postroom.conf'\ninclude_if_exists 'local.conf'\n"
    text = main.read_text()
    if wanted not in text:
        _put(main, text.rstrip("\n"), [wanted], owner)
    names = {owner.name, Owner.current().name, *(["root"] if os.geteuid() == 0 else [])}
    pairs = [f'postroom "{name}" {role}' for name in sorted(names) for role in (SUPERUSER, "postroom")]
    _put(path / "pg_ident.conf", "# Written by Postroom at every start.", pairs, owner)
    _put(
        path / "pg_hba.conf",
        "# Written by Postroom at every start.",
        ["local all all peer map=postroom"],
        owner,
    )


def start_log(path: Path) -> Path:
    """What the server says before its own log is open."""
    (path / "log").mkdir(mode=0o700, exist_ok=True)
    return path / "start.log"


def tail_log(path: Path, lines: int = 20) -> list[str]:
    """The newest lines of the server's log."""
    try:
        newest = max((path / "log").glob("*.log"), key=lambda file: file.stat().st_mtime)
        with newest.open("rb") as file:
            file.seek(max(0, newest.stat().st_size - 8192))
            return file.read().decode(errors="replace").splitlines()[-lines:]
    except (OSError, ValueError):
        return []


def recovery_progress(path: Path) -> str:
    """': replaying its log after a crash, at 0/AB12' or '' when no recovery is going on."""
    for line in reversed(tail_log(path)):
        if "redo in progress" in line:
            return ": replaying its log after a crash, at " + line.rpartition("LSN: ")[2].strip(" .")
        if "redo starts" in line or "was interrupted" in line or "not properly shut down" in line:
            return ": recovering after a crash"
    return ""


def _put(path: Path, head: str, lines: list[str], owner: Owner) -> None:
    temp = path.with_name(f".{path.name}.new")
    temp.write_text("\n".join([head, *lines]) + "\n")
    temp.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(temp, owner.uid, owner.gid)
        log = path.parent / "log"
        log.mkdir(mode=0o700, exist_ok=True)
        os.chown(log, owner.uid, owner.gid)
    temp.replace(path)
