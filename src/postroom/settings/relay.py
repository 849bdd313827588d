"""The URL of a mail server, read in one place for the settings, the screens and the sender."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_OPTIONS = {"verify": "yes or no", "tls": "none", "helo": "the name of this host"}
_HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")


@dataclass(frozen=True)
class RelayUrl:
    """The parts of `smtp://`, `smtp+starttls://` or `smtps://[user:password@]host[:port][?options]`.

    Options: `verify=no` takes any certificate, `tls=none` never starts TLS, `helo=name` names this host."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    verify: bool
    never_tls: bool
    helo: str


def read_relay_url(url: str) -> RelayUrl:
    """Raises ValueError with a sentence that holds no password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("its host or port cannot be read: write a port from 1 to 65535") from None
    if parts.scheme not in PORTS or not host:
        raise ValueError(
            "write smtp://host:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465"
        )
    if port == 0:
        raise ValueError("its port is 0: write a port from 1 to 65535")
    host = _checked_host(host)
    if parts.path.strip("/") or parts.fragment:
        raise ValueError(
            "leave out what stands behind the host; a “/”, “#” or “?” in a password is written %2F, %23, %3F"
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in options.keys() - _OPTIONS.keys():
        known = ", ".join(f"{each} ({what})" for each, what in _OPTIONS.items())
        raise ValueError(f"its option “{name}” is unknown: there are {known}")
    if re.search(r"[^!-~]", options.get("helo", "")):
        raise ValueError("its option helo is no host name: write one such as mail.example.com")
    return RelayUrl(
        scheme=parts.scheme,
        host=host,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        verify=options.get("verify", "yes").lower() not in ("no", "0", "false"),
        never_tls=options.get("tls") == "none",
        helo=options.get("helo", ""),
    )


def _checked_host(host: str) -> str:
    """The host in the letters that the network knows. Raises ValueError."""
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(host)
        return host
    try:
        name = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        raise ValueError(f"“{host}” is no host name: write one such as smtp.example.com")
    return name
