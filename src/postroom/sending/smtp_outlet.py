"""The values of the SMTP client: where to send, how long to wait, for whom, and what became of it."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal

from postroom.settings.relay import read_relay_url

Outcome = Literal["accepted", "deferred", "refused", "uncertain", "untried"]
TlsMode = Literal["none", "opportunistic", "starttls", "implicit"]

_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,256}\Z")


class SmtpError(Exception):
    """A connection could not be opened. `result` says at which stage and what the server answered."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"{result.stage}: {result.text}")
        self.result = result


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for each reply (RFC 5321 §4.5.3.2). A shorter `dot_s` manufactures duplicates."""

    connect_s: float = 30
    banner_s: float = 300
    ehlo_s: float = 60
    tls_s: float = 60
    auth_s: float = 60
    mail_s: float = 300
    rcpt_s: float = 300
    data_s: float = 120
    dot_s: float = 600
    quit_s: float = 5

    def of(self, stage: str) -> float:
        """Seconds for a stage's reply."""
        return float(getattr(self, f"{stage}_s", self.mail_s))


@dataclass(frozen=True, slots=True)
class Outlet:
    """A mail server and how to speak to it. `tls`: none, opportunistic, starttls (demanded) or implicit."""

    host: str
    port: int = 25
    tls: TlsMode = "opportunistic"
    verify: bool = True
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    helo: str = field(default_factory=socket.getfqdn)
    share_writes: bool = True
    max_messages: int = 1_000
    max_age_s: float = 600
    idle_s: float = 60
    timeouts: Timeouts = Timeouts()
    ssl_context: ssl.SSLContext | None = field(default=None, repr=False, compare=False)

    @classmethod
    def from_url(cls, url: str) -> Outlet:
        """From `smtp://`, `smtp+starttls://` or `smtps://`, with optional user, password and port.

        `?verify=no` takes any certificate, `?tls=none` never starts TLS, `?helo=name` names this host.
        Raises ValueError with a sentence.
        """
        try:
            read = read_relay_url(url)
        except ValueError as error:
            raise ValueError(f"The mail server's address is wrong: {error}.") from None
        modes: dict[str, TlsMode] = {
            "smtp": "none" if read.never_tls else "opportunistic",
            "smtp+starttls": "starttls",
            "smtps": "implicit",
        }
        return cls(
            host=read.host,
            port=read.port,
            tls=modes[read.scheme],
            verify=read.verify,
            username=read.user or None,
            password=read.password if read.user else None,
            helo=read.helo or socket.getfqdn(),
        )

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, where credentials need no TLS."""
        return self.host in ("localhost", "127.0.0.1", "::1")

    def context(self) -> ssl.SSLContext:
        """The TLS settings: 1.2 or newer; the certificate is checked unless nothing secret depends on it."""
        if self.ssl_context is not None:
            return self.ssl_context
        context = ssl.create_default_context()
        if not self.verify or (self.tls == "opportunistic" and self.username is None):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who the message is from (empty for a null sender) and its one recipient."""

    mail_from: str
    rcpt_to: str

    @property
    def is_ascii(self) -> bool:
        """False when the message needs SMTPUTF8 (RFC 6531)."""
        return self.mail_from.isascii() and self.rcpt_to.isascii()

    @property
    def is_sound(self) -> bool:
        """Whether both addresses can be written on a command line at all."""
        return bool(_ADDRESS.match(self.rcpt_to)) and (
            not self.mail_from or bool(_ADDRESS.match(self.mail_from))
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a message.

    accepted: the server has it. deferred: a 4xx, or the connection ended while this message was being
    offered or before its final dot was written. refused: a 5xx. uncertain: the dot was written and no reply
    came. untried: this message was not the reason that the connection ended; it can be offered again at once.
    `stage`: connect, banner, ehlo, starttls, auth, mail, rcpt, data, body, dot.
    """

    outcome: Outcome
    code: int | None = None
    enhanced: str | None = None
    text: str = ""
    stage: str = ""
