"""What every call of this door has in common: tolerant routes, parameters, keys, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt
from psycopg_pool import PoolTimeout

from postroom.doors.api_v3 import params, wire
from postroom.doors.api_v3.auth import Caller, authenticate
from postroom.doors.api_v3.errors import V3Error, not_found
from postroom.doors.api_v3.params import Params

log = structlog.get_logger("postroom.v3")


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call."""

    caller: Caller
    params: Params

    @property
    def account_id(self) -> int:
        return self.caller.account_id


View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A view and whether it needs the secret."""

    view: View
    needs_secret: bool


def by_key(view: View) -> Endpoint:
    """The public key suffices."""
    return Endpoint(view, needs_secret=False)


def by_secret(view: View) -> Endpoint:
    """Only the secret opens it."""
    return Endpoint(view, needs_secret=True)


def route(path: str, **methods: Endpoint) -> URLPattern:
    """`forms/{id}/subscribe`: doubled and trailing slashes pass, ids are read by their leading integer."""
    parts = [_part(part) for part in path.split("/")]
    return re_path(rf"^/*{'/+'.join(parts)}/*$", _dispatch(methods))


def _part(part: str) -> str:
    """`{id}` is a number and what may follow it, `{text:name}` anything."""
    if part.startswith("{text:"):
        return rf"(?P<text_{part[6:-1]}>[^/]+)"
    return rf"(?P<{part[1:-1]}>\d[^/]*)" if part.startswith("{") else re.escape(part)


def unknown() -> URLPattern:
    """Everything else below the door."""
    return re_path(r"^", _dispatch({}))


def _dispatch(methods: dict[str, Endpoint]) -> Callable[..., HttpResponse]:
    @csrf_exempt
    def dispatch(request: HttpRequest, **ids: str) -> HttpResponse:
        try:
            endpoint = methods.get("GET" if request.method == "HEAD" else request.method or "")
            if endpoint is None:
                raise not_found()
            given = params.read(request)
            caller = authenticate(given, needs_secret=endpoint.needs_secret)
            return endpoint.view(Call(caller, given), **_arguments(ids))
        except V3Error as error:
            return _refuse(error)
        except (OperationalError, PoolTimeout):
            text = "The database does not answer. Try again shortly."
            return _refuse(V3Error(503, "Service Unavailable", text, retry_after_s=5))
        except Exception as error:
            # The route's template only: keys and addresses stand in query strings.
            at = request.resolver_match.route if request.resolver_match else ""
            # A database error's text quotes the row, and with it an address: its kind must do.
            trace = None if isinstance(error, DatabaseError) else error
            log.error("call failed", route=at, method=request.method, reason=_kind(error), exc_info=trace)
            text = "Something broke while answering. The server's log names the cause."
            return _refuse(V3Error(500, "Internal Server Error", text))

    return dispatch


def _arguments(found: dict[str, str]) -> dict[str, int | str]:
    return {
        name.removeprefix("text_"): text if name.startswith("text_") else params.read_id(text)
        for name, text in found.items()
    }


def _refuse(error: V3Error) -> HttpResponse:
    body: dict[str, Any] = {"error": error.error, "message": error.message}
    response = wire.answer(body, error.status)
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def _kind(error: Exception) -> str:
    code = getattr(error.__cause__, "sqlstate", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
