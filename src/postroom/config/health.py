"""Liveness, readiness and metrics."""

import hmac
import ipaddress

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from psycopg_pool import PoolTimeout

from postroom.lib import disk
from postroom.settings import load


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """The process and its database answer; 503 otherwise, with what is missing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout) as error:
        return JsonResponse({"ready": False, "reason": f"database: {type(error).__name__}"}, status=503)
    settings = load()
    low = disk.is_low(settings.data, settings.min_free_disk())
    return JsonResponse({"ready": True, "disk": "low" if low else "ok"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text format, for loopback or whoever has the token."""
    if not _may_read_metrics(request):
        text = (
            "Metrics need `Authorization: Bearer <POSTROOM_METRICS_TOKEN>`, or a request from this machine.\n"
        )
        return HttpResponse(text, status=403, content_type="text/plain")
    from prometheus_client import CONTENT_TYPE_LATEST

    from postroom.config.metrics import render

    return HttpResponse(render(), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = load().metrics_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return hmac.compare_digest(given.encode(), token.encode())
    # A proxy on this machine also comes from loopback; then the visitor may be anybody.
    forwarded = any(
        name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
    )
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback and not forwarded
    except ValueError:
        return False
