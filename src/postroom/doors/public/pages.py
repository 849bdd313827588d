"""How this door answers: pages without JavaScript, under a policy that lets nothing run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from postroom.settings import load

_HERE = Path(__file__).parent
TOO_MANY = "That was a lot at once. Please wait a minute and try again."


@cache
def _css() -> tuple[SafeString, str]:
    text = (_HERE / "public.css").read_text(encoding="utf-8")
    return mark_safe(text), _hash(text)  # noqa: S308 - our own file


def _hash(css: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}'"


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    posts_on: bool = False,
    framed: bool = False,
    own_css: str = "",
) -> HttpResponse:
    """A rendered page. `posts_on`: its form may lead to another site; `framed`: other sites may frame it.

    `own_css`: the text of one more `<style>` in the page, which is let through by its hash."""
    css, css_hash = _css()
    styles = f"{css_hash} {_hash(own_css)}" if own_css else css_hash
    body = render_to_string(f"public/{template}.html", {"css": css, **context}, request)
    response = HttpResponse(body, status=status)
    # Browsers apply form-action to the redirect after a post as well, so a form with a thank-you page
    # elsewhere must name the web.
    targets = "'self' https: http:" if posts_on else "'self'"
    ancestors = "*" if framed else "'none'"
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles}; font-src 'self'; img-src 'self' {load().pages_url};"
        f" form-action {targets}; frame-ancestors {ancestors}; base-uri 'none'"
    )
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if framed:
        response.xframe_options_exempt = True  # type: ignore[attr-defined]
    return response


def say(request: HttpRequest, title: str, *lines: str, status: int = 200, **context: Any) -> HttpResponse:
    """A page that only says something."""
    return page(request, "say", {"title": title, "lines": lines, **context}, status=status)


def not_found(request: HttpRequest) -> HttpResponse:
    """What an address answers that leads nowhere."""
    return say(
        request,
        "Nothing is here",
        "The address may have been cut short. Open the email or page it came from and try the link again.",
        status=404,
    )


def client_ip(request: HttpRequest) -> str:
    """The address a request came from; the server has already put a trusted proxy's word in its place."""
    return str(request.META.get("REMOTE_ADDR", ""))
