"""The web process's WSGI application.

Two chains of middleware: the full one for people with sessions, and a short one for Kit's API and form
posts, which need none of it (sessions, CSRF and messages cost a fifth to two fifths of such a request).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.config.django")

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.urls import Resolver404, resolve

from postroom.settings import load

SHORT_CHAIN = ["postroom.config.metrics.CountRequests", "postroom.config.middleware.ReleaseDatabase"]
FORM_BYTES = 1_000_000  # what a form may say beside its file
_PROBES = ("/healthz", "/readyz", "/metrics")
_KEYED = ("/v3/", "/api/v3/", "/v4/", "/wordpress/")
SHORT_PREFIXES = (*_KEYED, "/forms/", "/landing_pages/", "/static/", *_PROBES)


# What the pages' own host answers, by the room of the view: nothing that takes a session or a key.
PUBLIC_VIEWS = (
    "postroom.doors.public.",
    "postroom.doors.entry.files.send_static",
    "postroom.config.health.healthz",
)
_HEADERS = [("Content-Type", "text/plain; charset=utf-8")]


def is_public(path: str) -> bool:
    """Whether `path` is one of the pages that subscribers touch."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return f"{view.__module__}.{getattr(view, '__name__', '')}".startswith(PUBLIC_VIEWS)


def is_pages_host(host: str) -> bool:
    """Whether a Host header names the creators' pages, where they have a host of their own."""
    pages, public = (_host(urlsplit(url).netloc) for url in (load().pages_url, load().public_url))
    return pages != public and _host(host) == pages


def _host(text: str) -> str:
    name, colon, port = text.lower().rpartition(":")
    if not colon or not port.isdigit():
        name, port = text.lower(), ""
    return name.rstrip(".") + (f":{port}" if port not in ("", "80", "443") else "")


class ShortHandler(WSGIHandler):
    """A Django handler whose middleware is `SHORT_CHAIN`."""

    def load_middleware(self, is_async: bool = False) -> None:
        full = settings.MIDDLEWARE
        settings.MIDDLEWARE = SHORT_CHAIN
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = full


def _length(environ: dict[str, Any]) -> int:
    length = environ.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdigit() else 0


def get_application() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The WSGI callable: picks the chain by path."""
    django.setup(set_prefix=False)
    full, short = WSGIHandler(), ShortHandler()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if is_pages_host(environ.get("HTTP_HOST", "")) and not is_public(path):
            start_response("404 Not Found", _HEADERS)
            return [f"There is no such page here. Postroom itself is at {load().public_url}\n".encode()]
        if _length(environ) > load().limit_upload_bytes + FORM_BYTES:
            start_response("413 Content Too Large", [*_HEADERS, ("Connection", "close")])
            return [f"At most {load().limit_upload_bytes // 1_000_000} MB are taken at once.\n".encode()]
        handler = short if path.startswith(SHORT_PREFIXES) else full
        return handler(environ, start_response)

    return application


application = get_application()
