"""Trying a mail server before it is chosen: connect, greet, TLS, sign in, and say in words what happened."""

from __future__ import annotations

import asyncio
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from postroom.sending.rules import in_words
from postroom.sending.smtp import Connection, Outlet, Result, SmtpError, Timeouts

_QUICK = Timeouts(connect_s=8, banner_s=8, ehlo_s=8, tls_s=8, auth_s=12, quit_s=2)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a try: `message` in a sentence, `help` says what to do when it failed."""

    ok: bool
    message: str
    help: str = ""
    pipelines: bool = True


_HELP = {
    "connect": "Check host and port. Some networks block outgoing mail ports; ask your host.",
    "banner": "Something answers there that is no mail server, or it refuses this machine. Check the port.",
    "ehlo": "The server does not want to talk to this machine. Ask its operator whether it may send.",
    "starttls": "Choose another encryption: port 465 usually wants TLS from the start.",
    "tls": "Choose another encryption, or use the host name that the server's certificate carries.",
    "auth": "Check user name and password; many services want a password made for SMTP only.",
}


def try_relay(url: str) -> Trial:
    """Open one connection as the sender would, sign in, send nothing. Takes at most about 45 s."""
    try:
        outlet = replace(Outlet.from_url(url), timeouts=_QUICK)
    except ValueError as error:
        return Trial(False, str(error))
    try:
        # In a thread of its own: whoever calls may already run a loop in theirs.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, _open(outlet)).result()
    except SmtpError as error:
        return _failed(outlet, error.result)


async def _open(outlet: Outlet) -> Trial:
    connection = Connection()
    began = time.perf_counter()
    await connection.open(outlet)
    took_ms = (time.perf_counter() - began) * 1000
    tls = connection.tls
    await connection.close()
    words = [f"Answered in {took_ms:.0f} ms", _tls_words(tls)]
    words.append("password accepted" if outlet.username is not None else "no password asked")
    return Trial(True, ", ".join(words) + ".", pipelines=connection.pipelines)


def _tls_words(tls: ssl.SSLObject | None) -> str:
    version = tls.version() if tls is not None else None
    return version.replace("TLSv", "TLS ") if version else "no encryption"


def _failed(outlet: Outlet, result: Result) -> Trial:
    text = in_words(result.text)
    at = f"{outlet.host}, port {outlet.port}"
    stage = "tls" if "certificate" in text or "TLS on this port" in text else result.stage
    if stage == "connect":
        message = f"No connection to {at}: {text}."
    elif stage == "auth":
        message = f"{at} does not accept this user name and password: {text}."
    else:
        message = f"{at} answered, but it did not work: {text}."
    return Trial(False, message, _HELP.get(stage, "Ask the operator of the mail server."))
