"""A cookie by which a browser proves that a user has signed in with it before.

Its tries are counted by themselves: somebody who guesses at an address from elsewhere cannot slow down the
person it belongs to. It opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.conf import settings as django_settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_SALT = "postroom.known-browser"
_AGE_S = 365 * 24 * 3600
_MOST = 5


def _name() -> str:
    return "__Host-known" if django_settings.SESSION_COOKIE_SECURE else "known"


def _mark(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:16]


def _load(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(request.COOKIES.get(_name(), ""), salt=_SALT, max_age=_AGE_S)
    except signing.BadSignature:
        return {"id": secrets.token_hex(8), "who": []}
    return found if isinstance(found, dict) else {"id": secrets.token_hex(8), "who": []}


def read(request: HttpRequest, email: str) -> str | None:
    """The browser's id when the address has signed in with it before."""
    found = _load(request)
    return str(found["id"]) if _mark(email) in found["who"] else None


def remember(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Write the cookie for a user who has just signed in; the newest few users are kept."""
    found = _load(request)
    mark = _mark(user.email)
    found["who"] = [mark, *(each for each in found["who"] if each != mark)][:_MOST]
    response.set_cookie(
        _name(),
        signing.dumps(found, salt=_SALT),
        max_age=_AGE_S,
        secure=bool(django_settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
        path="/",
    )
