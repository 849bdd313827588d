"""Pure readers of single values (sizes, addresses, URLs, networks); a ValueError says what to write."""

import ipaddress
import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from postroom.settings.relay import read_relay_url

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12}
_UNITS |= {"kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def parse_bytes(value: object) -> object:
    """Bytes from `2GB`, `500 MB`, `20MiB` or a plain number; anything that is not text passes unchanged."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", value)
    if match is None or match[2].lower() not in _UNITS:
        raise ValueError("write a size such as 500MB or 2GB")
    return int(float(match[1]) * _UNITS[match[2].lower()])


def split_address(value: str) -> tuple[str, int]:
    """(host, port) from `host:port` or `[v6]:port`."""
    host, colon, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(
            "write host:port, for example localhost:8000 or 0.0.0.0:80, with a port from 1 to 65535"
        )
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Whether `host`, a name or an address, is this machine and no other."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(value: str) -> str:
    """The same `host:port`, once it is known to be one."""
    split_address(value)
    return value


def check_web_url(value: str) -> str:
    """An http(s) URL without path, query or closing slash, as links are built on it."""
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError("write a full address such as https://mail.example.com")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            "leave out the path: Postroom needs a host of its own, such as https://mail.example.com"
        )
    return f"{parts.scheme}://{parts.netloc}"


def check_smtp_url(value: str) -> str:
    """The URL of a mail server, see `read_relay_url`."""
    read_relay_url(value)
    return value


def check_database_url(value: str) -> str:
    """A PostgreSQL URL; other databases are refused."""
    if _split(value).scheme not in ("postgres", "postgresql"):
        raise ValueError(
            "write postgresql://user:password@host/name; Postroom runs on PostgreSQL 15 to 18 only"
        )
    return value


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port  # checked when it is asked for
    except ValueError:
        raise ValueError("its host or port cannot be read: write a port from 1 to 65535") from None
    return parts


def check_data(value: Path) -> Path:
    """The absolute path of the data directory, which need not exist but must be no file."""
    path = value.expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("that is a file: name a directory, which is made when it is missing")
    return path


def check_programs(value: Path) -> Path:
    """A directory with PostgreSQL's programs in it."""
    path = value.expanduser()
    if not (path / "postgres").exists():
        raise ValueError(
            "there is no program `postgres` in it: write a directory such as /usr/lib/postgresql/17/bin"
        )
    return path


def check_contact(value: str) -> str:
    """An email address or an http(s) URL, as it becomes a link."""
    value = value.strip()
    if re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", value) or re.fullmatch(r"https?://[^\s<>\"]+", value):
        return value
    raise ValueError("write an email address or a URL, such as help@example.com or https://example.com/help")


def check_token(value: str) -> str:
    """A token that cannot be guessed and that a header can carry."""
    if re.fullmatch(r"[!-~]{16,}", value):
        return value
    raise ValueError("write 16 or more letters and digits without spaces: `openssl rand -hex 32` makes one")


def split_list(value: object) -> object:
    """A comma-separated text becomes a list of its trimmed parts."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def check_network(value: str) -> str:
    """An IP address or a network in CIDR form."""
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise ValueError("write networks such as 10.0.0.0/8 or 127.0.0.1") from None
