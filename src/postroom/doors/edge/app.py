"""The edge: clicks, opens and one-click unsubscribes, as a plain WSGI application.

It verifies a signature and appends to the spool; it knows no database and imports nothing that could
open one. So a redirect never waits, and every host with the installation's keys can answer.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from postroom.content import links
from postroom.content.links import MessageRef
from postroom.lib.signing import Keyring
from postroom.settings import Settings, load
from postroom.tracking import spool
from postroom.tracking.spool import HitRecord, SpoolWriter

log = structlog.get_logger("postroom.edge")
Environ = dict[str, Any]
Answer = tuple[str, list[tuple[str, str]], bytes]

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
MAX_BODY_BYTES = 4_096
MAX_AGENT_CHARS = 400
_TEXT = ("Content-Type", "text/plain; charset=utf-8")
_NEVER_STORE = [
    ("Cache-Control", "no-store, max-age=0"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Content-Type-Options", "nosniff"),
]
_BAD_LINK = (
    "This link is damaged or was not made by this server.\n"
    "If it came from an email, open the email again and follow the link there, or copy the whole address.\n"
)


class Edge:
    """One process's edge: its keys, its spool, the address of the pages."""

    def __init__(self, settings: Settings) -> None:
        self._keyring = Keyring(settings.secret_keys())
        self._spool = SpoolWriter(settings.edge_spool_dir)
        self._pages = settings.pages_url

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, headers, body = self._route(environ)
        headers = [*headers, *_NEVER_STORE, ("Content-Length", str(len(body)))]
        start_response(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _route(self, environ: Environ) -> Answer:
        first, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        if first == "c":
            return self._click(environ, rest)
        if first == "o":
            return self._open(environ, rest)
        if first == "u":
            return self._unsubscribe(environ, rest)
        if first == "robots.txt":
            return "200 OK", [_TEXT], b"User-agent: *\nDisallow: /\n"
        if first == "healthz":
            return "200 OK", [_TEXT], b"ok\n"
        return _not_found()

    def _click(self, environ: Environ, rest: str) -> Answer:
        token, _, destination = rest.partition("/")
        click = links.read_click(self._keyring, token, destination)
        if click is None:
            return _not_found()
        kind = {"GET": spool.CLICK, "HEAD": spool.PROBE}.get(environ["REQUEST_METHOD"])
        if kind is None:
            return _only("GET, HEAD", environ)
        self._store(environ, kind, click.message, click.link_no, click.url)
        return "302 Found", [("Location", _ascii(click.url)), _TEXT], b""

    def _open(self, environ: Environ, rest: str) -> Answer:
        message = links.read_open(self._keyring, rest.removesuffix(".gif"))
        if message is None:
            return _not_found()
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _only("GET, HEAD", environ)
        if environ["REQUEST_METHOD"] == "GET":
            self._store(environ, spool.OPEN, message)
        return "200 OK", [("Content-Type", "image/gif")], GIF

    def _unsubscribe(self, environ: Environ, rest: str) -> Answer:
        token = rest.rstrip("/")
        found = links.read_unsubscribe(self._keyring, token)
        if found is None:
            return _not_found()
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):  # scanners fetch this: it changes nothing (RFC 8058)
            return "302 Found", [("Location", f"{self._pages}/unsubscribe/{token}"), _TEXT], b""
        if environ["REQUEST_METHOD"] != "POST":
            return _only("GET, HEAD, POST", environ)
        _drop_body(environ)
        if not self._store(environ, spool.UNSUBSCRIBE, found.message, found.scope):
            body = b"The unsubscribe could not be stored just now. Please try again in a minute.\n"
            return "503 Service Unavailable", [_TEXT, ("Retry-After", "60")], body
        return "200 OK", [_TEXT], b"You are unsubscribed.\n"

    def _store(self, environ: Environ, kind: str, ref: MessageRef, number: int = 0, url: str = "") -> bool:
        """Spools a hit. A reader is sent on even when the disk takes nothing; the log then says so."""
        try:
            self._spool.append(
                HitRecord(
                    kind,
                    time.time_ns() // 1_000_000,
                    ref.account_id,
                    ref.send_id,
                    ref.send_day,
                    ref.recipient_id,
                    ref.nth,
                    number,
                    url,
                    environ.get("REMOTE_ADDR", ""),
                    environ.get("HTTP_USER_AGENT", "")[:MAX_AGENT_CHARS],
                )
            )
        except OSError as error:
            log.error("a hit could not be stored: free space on the data directory's disk", error=str(error))
            return False
        return True


def _not_found() -> Answer:
    return "404 Not Found", [_TEXT], _BAD_LINK.encode()


def _only(methods: str, environ: Environ) -> Answer:
    if environ["REQUEST_METHOD"] == "OPTIONS":
        return "204 No Content", [("Allow", methods + ", OPTIONS")], b""
    return "405 Method Not Allowed", [("Allow", methods), _TEXT], b"This address does not take that.\n"


def _drop_body(environ: Environ) -> None:
    """Reads what a mail program posted; the token alone decides, RFC 8058's fixed body adds nothing."""
    environ["wsgi.input"].read(MAX_BODY_BYTES)


def _ascii(url: str) -> str:
    """A URL as a header may carry it: characters beyond ASCII as percent-encoded UTF-8."""
    if url.isascii():
        return url
    return "".join(c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in url)


_made: Edge | None = None
_making = threading.Lock()


def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The WSGI callable. Settings are read on the first request; importing this module does nothing."""
    global _made
    if _made is None:
        with _making:
            _made = _made or Edge(load())
    return _made(environ, start_response)
