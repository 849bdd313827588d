"""The native API under /api/1: one NinjaAPI, its docs page, and what all its answers have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from html import escape
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from postroom import __version__
from postroom.doors.native import auth, errors
from postroom.doors.native.reading import StorableParser

_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_DOCS = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Postroom API</title>
<link rel="icon" href="/favicon.ico"><link rel="stylesheet" href="/static/ninja/swagger-ui.css"></head>
<body data-csrf-token="{token}" data-api-csrf="true">
<script type="application/json" id="swagger-settings">
{{"url": "{url}", "layout": "BaseLayout", "deepLinking": true, "validatorUrl": null}}</script>
<div id="swagger-ui"></div>
<script src="/static/ninja/swagger-ui-bundle.js"></script>
<script src="/static/ninja/swagger-ui-init.js"></script></body></html>"""


class Docs(DocsBase):
    """Swagger UI from files on this machine; nothing is loaded from elsewhere."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """The docs page; its scripts and styles come from /static/ninja/."""
        body = _DOCS.format(token=escape(get_token(request)), url=escape(self.get_openapi_url(api, kwargs)))
        return HttpResponse(body, headers={"Content-Security-Policy": _DOCS_POLICY})


api = NinjaAPI(
    title="Postroom",
    version="1",
    description=(
        "Everything the screens do. Browsers send their session cookie and X-CSRFToken, programs "
        "`Authorization: Bearer <token>`. The header X-Account chooses among a signed-in user's accounts. "
        f"Refusals are `{{code, message, field, help}}`. Postroom {__version__}."
    ),
    docs=Docs(),
    parser=StorableParser(),
    urls_namespace="native",
    auth=auth.DEFAULT,
)
errors.install(api)


def finish(patterns: list[URLResolver | URLPattern]) -> list[URLResolver | URLPattern]:
    """The routes, each once and answering with the headers and the 405 of this door."""
    kept: dict[str, URLResolver | URLPattern] = {}
    for pattern in patterns:  # ninja lists a path once a name, though one view answers all its methods
        if isinstance(pattern, URLPattern) and str(pattern.pattern) not in kept:
            pattern.callback = _speak(pattern.callback)
            kept[str(pattern.pattern)] = pattern
    return list(kept.values())


def not_found(request: HttpRequest) -> HttpResponse:
    """Any path below /api/1/ that is no route."""
    return errors.refuse(
        api,
        request,
        404,
        "no_such_path",
        "There is no such path.",
        help="The paths are listed at /api/1/docs.",
    )


not_found.csrf_exempt = True  # type: ignore[attr-defined]  # it changes nothing, and 404 says more than 403


def _speak(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if answer.status_code == 405:
            allowed = answer.get("Allow", "")
            answer = errors.refuse(
                api,
                request,
                405,
                "method",
                f"This path does not take {request.method}.",
                help=f"It takes {allowed}. All paths are listed at /api/1/docs.",
            )
            answer["Allow"] = allowed
        answer.setdefault("Cache-Control", "no-store")
        answer.setdefault("Referrer-Policy", "no-referrer")
        return answer

    return spoken
