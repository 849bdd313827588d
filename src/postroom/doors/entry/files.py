"""Files under /static/ (the built screens, this door's own, the API page's) and the screens' HTML page."""

from __future__ import annotations

import base64
import gzip
import hashlib
import mimetypes
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from postroom.accounts.models import User
from postroom.doors.entry import pages

_PACKAGE = Path(__file__).resolve().parents[2]
_ENTRY = Path(__file__).resolve().parent / "static" / "entry"
ASSETS = _PACKAGE / "_assets"
_FOR_EVER = "public, max-age=31536000, immutable"
_TEXT = {".js", ".css", ".svg", ".json", ".html", ".map"}
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@lru_cache(maxsize=1)
def _folders() -> dict[str, Path]:
    ninja = find_spec("ninja")
    assert ninja is not None
    assert ninja.origin is not None
    return {"app": ASSETS, "entry": _ENTRY, "ninja": Path(ninja.origin).parent / "static" / "ninja"}


@require_safe
def send_static(request: HttpRequest, folder: str, name: str) -> HttpResponseBase:
    """A file of one of the known folders; what carries its hash in its address is kept for ever."""
    root = _folders().get(folder)
    path = (root / name).resolve() if root else None
    if root is None or path is None or not path.is_relative_to(root.resolve()) or not path.is_file():
        raise Http404
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response: HttpResponseBase
    if path.suffix in _TEXT and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(_zipped(str(path), path.stat().st_mtime_ns), content_type=kind)
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = FileResponse(path.open("rb"), content_type=kind)
    hashed = name.startswith("assets/") or "v" in request.GET
    response.headers["Cache-Control"] = _FOR_EVER if hashed else "public, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@lru_cache(maxsize=128)
def _zipped(path: str, _: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 6, mtime=0)


def versioned(name: str) -> str:
    """The address of a file of this door with a mark of its content."""
    name = "".join(name)  # templates hand over a SafeString, which pathlib does not take
    path = _ENTRY / name
    return f"/static/entry/{name}?v={_mark(name, path.stat().st_mtime_ns)}"


@lru_cache(maxsize=32)
def _mark(name: str, _: int) -> str:
    return hashlib.sha256((_ENTRY / name).read_bytes()).hexdigest()[:10]


@require_safe
@ensure_csrf_cookie
def show_app(request: HttpRequest, path: str = "") -> HttpResponse:
    """The screens' page for every path below /app/; signed-out people go to the sign-in page first."""
    if not User.objects.exists():
        return redirect("welcome")
    return _shell(request)


@login_required
def _shell(request: HttpRequest) -> HttpResponse:
    page = ASSETS / "index.html"
    if not page.is_file():
        response = render(request, "entry/no_assets.html", status=503)
        pages.protect(response)
        return response
    text, policy = _page(str(page), page.stat().st_mtime_ns)
    return HttpResponse(
        text,
        headers={
            "Content-Security-Policy": policy,
            "Cache-Control": "no-cache",
            "Referrer-Policy": "same-origin",
        },
    )


@lru_cache(maxsize=4)
def _page(path: str, _: int) -> tuple[str, str]:
    text = Path(path).read_text(encoding="utf-8")
    # The one inline line sets the theme before the first paint; the policy names it by its hash.
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(text)
    ]
    scripts = " ".join(["'self'", *hashes])
    policy = (
        f"default-src 'self'; script-src {scripts};"
        " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: http: https:; font-src 'self';"
        " connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
        " frame-ancestors 'none'"
    )
    return text, policy
