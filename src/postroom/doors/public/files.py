"""Small files: uploaded images, the mark in the browser's tab, the word to robots."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from postroom.doors.public import pages
from postroom.settings import load

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6.5"'
    ' fill="#01664b"/><path d="M5.2 8.3v7.2h13.6V8.3L12 12.6z" fill="none" stroke="#fff" stroke-width="1.9"'
    ' stroke-linejoin="round"/></svg>'
)
ROBOTS = """User-agent: *
Disallow: /app/
Disallow: /api/
Disallow: /accounts/
Disallow: /confirm/
Disallow: /unsubscribe/
Disallow: /preferences/
Disallow: /forms/
Disallow: /c/
Disallow: /o/
Disallow: /u/
"""


@require_safe
def send_media(request: HttpRequest, account_id: str, name: str) -> HttpResponseBase:
    """An uploaded image; its name is its content's hash, so it may be kept for ever."""
    kind = TYPES.get(name.rpartition(".")[2])
    path = load().media_dir / account_id / name
    if kind is None or not path.is_file():
        return pages.not_found(request)
    response = FileResponse(path.open("rb"), content_type=kind)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def send_favicon(request: HttpRequest) -> HttpResponse:
    """The mark."""
    return HttpResponse(
        FAVICON, content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"}
    )


@require_safe
def send_robots(request: HttpRequest) -> HttpResponse:
    """What search engines should leave alone."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
