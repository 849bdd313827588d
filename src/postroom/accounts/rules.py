"""Pure rules of accounts: roles, time zones, the SMTP server that people type."""

from __future__ import annotations

import hashlib
import math
import re
import secrets
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote
from zoneinfo import available_timezones

from postroom.settings.relay import read_relay_url

RANKS = {"viewer": 1, "editor": 2, "admin": 3, "owner": 4}
Security = Literal["starttls", "tls", "none"]
_SCHEMES: dict[Security, str] = {"starttls": "smtp+starttls", "tls": "smtps", "none": "smtp"}


def reaches(role: str, needed: str) -> bool:
    """Whether `role` allows what `needed` allows."""
    return RANKS[role] >= RANKS[needed]


def may_grant(granter: str, role: str) -> bool:
    """Whether somebody with the role `granter` may give or take `role`: admins up to admin, owners all."""
    return reaches(granter, "admin") and reaches(granter, role)


def is_time_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone."""
    return name in available_timezones()


MAX_SIGN_IN_WAIT_S = 60


def sign_in_wait_s(failures: float, limit: int) -> int:
    """Seconds to wait before the next try: none below the limit, then 2, 4, 8 … up to a minute."""
    over = math.floor(failures - limit + 1e-6)
    return 0 if over < 0 else min(MAX_SIGN_IN_WAIT_S, 2 ** min(over + 1, 10))


_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is read as another


def new_setup_code() -> str:
    """A fresh code for the first run: 59 bits, typed off a console, such as `K7QM-2XWD-9FHA`."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def hash_setup_code(code: str) -> str:
    """What is stored of a code; hyphens, spaces and case do not count."""
    return hashlib.sha256(re.sub(r"[^A-Z0-9]", "", code.upper()).encode()).hexdigest()


@dataclass(frozen=True)
class Relay:
    """An SMTP server as people describe it."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    security: Security = "starttls"
    given: str = field(default="", repr=False, compare=False)
    """The URL it was read from, with the options that have no field here."""

    @property
    def url(self) -> str:
        """The same as a URL, the form in which it is kept."""
        if self.given:
            return self.given
        host = f"[{self.host}]" if ":" in self.host else self.host
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        # Without encryption by choice: a password then goes in clear, which the sender refuses unless told.
        tail = "?tls=none" if self.security == "none" and self.user else ""
        return f"{_SCHEMES[self.security]}://{login}{host}:{self.port}{tail}"

    @property
    def is_sound(self) -> bool:
        """Whether the host can be one: a name or an address without blanks."""
        return bool(re.fullmatch(r"[A-Za-z0-9._-]+|[0-9a-fA-F:.]+", self.host))

    @classmethod
    def of_url(cls, url: str) -> Relay:
        """The server named by a URL. Raises ValueError."""
        read = read_relay_url(url)
        security: Security = next(word for word, scheme in _SCHEMES.items() if scheme == read.scheme)
        return cls(read.host, read.port, read.user, read.password, security, given=url)


def guess_security(port: int) -> Security:
    """How a server on `port` usually wants to be spoken to."""
    return "tls" if port == 465 else "none" if port in (25, 1025, 2525) else "starttls"
