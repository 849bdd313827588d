"""Files in the data directory that settings need: installation keys, the embedded cluster's address."""

import json
import os
import secrets
from pathlib import Path

from postroom.settings.errors import SettingsError

KEY_FILE = "secret_key"
CLUSTER_FILE = "cluster.json"
MIN_KEY_CHARS = 32


def read_keys(data: Path, given: str | None) -> tuple[bytes, ...]:
    """Keys from the setting, else from the file in `data`, which is made (0600) when missing."""
    text = given if given is not None else _read_or_make(data / KEY_FILE)
    keys = [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]
    source = "POSTROOM_SECRET_KEY" if given is not None else f"the file {data / KEY_FILE}"
    if not keys:
        raise SettingsError(f"{source} holds no key: put {MIN_KEY_CHARS} or more random characters there.")
    if any(len(key) < MIN_KEY_CHARS for key in keys):
        raise SettingsError(
            f"A key in {source} is shorter than {MIN_KEY_CHARS} characters: `openssl rand -hex 32` makes one."
        )
    return tuple(key.encode() for key in keys)


def write_keys(path: Path, keys: list[str]) -> None:
    """Replaces the key file in one step, readable by its owner only."""
    temp = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    temp.replace(path)


def make_data_dir(data: Path) -> None:
    """Makes the data directory if it is missing; an existing one keeps its rights. Raises OSError.

    As root the embedded PostgreSQL's user must be able to pass through; the content has its own rights."""
    data.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)


def read_cluster_dsn(data: Path) -> str:
    """Connection URL of the embedded cluster, as its first start wrote it down."""
    try:
        seen = json.loads((data / CLUSTER_FILE).read_text())
        return f"postgresql://{seen['user']}@/{seen['database']}?host={seen['socket']}"
    except FileNotFoundError:
        raise SettingsError(
            f"No database: {data} has no embedded PostgreSQL yet. "
            "Start `postroom serve` (it makes one), let POSTROOM_DATA name the directory of the one that "
            "runs, or set DATABASE_URL to a PostgreSQL 15 to 18."
        ) from None
    except PermissionError:
        raise SettingsError(
            f"{data / CLUSTER_FILE} cannot be read: run as the user that owns {data}."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise SettingsError(f"{data / CLUSTER_FILE} is damaged: restore it from a backup.") from None


def _read_or_make(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    except PermissionError:
        raise SettingsError(f"{path} cannot be read: run as its owner, or set POSTROOM_SECRET_KEY.") from None
    try:
        make_data_dir(path.parent)
        temp = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_keys(temp, [secrets.token_hex(32)])
        try:
            os.link(temp, path)  # fails when another process was faster: then its key is the one
        except FileExistsError:
            pass
        finally:
            temp.unlink()
        return path.read_text()
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}): "
            "let POSTROOM_DATA name a directory that this user may write."
        ) from None
