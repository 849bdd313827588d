"""Middleware of the house."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from psycopg_pool import PoolTimeout


class ReleaseDatabase:
    """Answers 503 with `Retry-After` when the database is away or its pool is full, instead of a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError | PoolTimeout):
            return None
        body = {"error": "Service Unavailable", "message": "The database does not answer. Try again shortly."}
        return JsonResponse(body, status=503, headers={"Retry-After": "5"})
