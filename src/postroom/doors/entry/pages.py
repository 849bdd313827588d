"""How this door answers: pages that work without JavaScript, under a policy that lets only own files in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
_WITH_SCRIPT = f"{_POLICY}; script-src 'self'; connect-src 'self'"

View = Callable[..., HttpResponseBase]


def guard(view: View, *, script: bool = False) -> View:
    """The view under this door's policy; `script`: it has a passkey button, which needs the one script."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        return protect(response, script=script)

    return guarded


def protect(response: HttpResponseBase, *, script: bool = False) -> HttpResponseBase:
    """The response with this door's headers."""
    response.headers["Content-Security-Policy"] = _WITH_SCRIPT if script else _POLICY
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms, which CSRF refuses.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def say(request: HttpRequest, title: str, *lines: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page that only says something; `link` and `link_text` add a button."""
    response = render(request, "entry/say.html", {"title": title, "lines": lines, **context}, status=status)
    protect(response)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF refusal, with a next step."""
    return say(
        request,
        "This page was open too long",
        "For your safety the form was not taken. Go back, load the page again and send it once more. "
        "If that does not help, allow cookies for this site.",
        status=403,
    )
