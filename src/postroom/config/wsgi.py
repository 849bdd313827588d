"""The web process's WSGI application.

Two chains of middleware: the full one for people with sessions, and a short one for Kit's API and form
posts, which need none of it (sessions, CSRF and messages cost a fifth to two fifths of such a request).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.config.django")

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

SHORT_CHAIN = ["postroom.config.metrics.CountRequests", "postroom.config.middleware.ReleaseDatabase"]
_PROBES = ("/healthz", "/readyz", "/metrics")
SHORT_PREFIXES = ("/v3/", "/api/v3/", "/v4/", "/forms/", "/landing_pages/", "/static/", *_PROBES)


class ShortHandler(WSGIHandler):
    """A Django handler whose middleware is `SHORT_CHAIN`."""

    def load_middleware(self, is_async: bool = False) -> None:
        full = settings.MIDDLEWARE
        settings.MIDDLEWARE = SHORT_CHAIN
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = full


def get_application() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The WSGI callable: picks the chain by path."""
    django.setup(set_prefix=False)
    full, short = WSGIHandler(), ShortHandler()

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        handler = short if path.startswith(SHORT_PREFIXES) else full
        return handler(environ, start_response)

    return application


application = get_application()
