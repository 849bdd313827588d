"""How this door refuses: `{code, message, field, help}`, the cause and the next step in a sentence each."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from psycopg_pool import PoolTimeout

from postroom.lib import disk
from postroom.lib.errors import Limited, PostroomError

log = logging.getLogger("postroom.native")


class FieldError(Schema):
    """One field and what is wrong with it."""

    field: str
    message: str


class Refusal(Schema):
    """The body of every answer of 400 and above; `errors` lists all fields when several are wrong."""

    code: str
    message: str
    field: str | None = None
    help: str = ""
    errors: list[FieldError] = []


def refuse(
    api: NinjaAPI,
    request: HttpRequest,
    status: int,
    code: str,
    message: str,
    *,
    help: str = "",
    field: str | None = None,
    errors: list[dict[str, str]] | None = None,
) -> HttpResponse:
    """A refusal in this door's shape."""
    body: dict[str, Any] = {"code": code, "message": message, "field": field, "help": help}
    if errors:
        body["errors"] = errors
    return api.create_response(request, body, status=status)


# Pydantic's words for programmers, in words for people; the others pass as they are.
_SENTENCES = {
    "missing": "This is missing.",
    "string_type": "This must be text.",
    "string_too_short": "This is too short.",
    "string_too_long": "This is too long.",
    "int_parsing": "This must be a whole number.",
    "int_type": "This must be a whole number.",
    "bool_parsing": "This must be true or false.",
    "bool_type": "This must be true or false.",
    "list_type": "This must be a list.",
    "dict_type": "This must be an object.",
    "json_invalid": "The body is no valid JSON.",
    "extra_forbidden": "There is no such field.",
}


def _describe(error: dict[str, Any]) -> dict[str, str]:
    # loc is ("body", <parameter name>, "field", …) for bodies, ("query", "page") for queries
    names = [str(part) for part in error.get("loc", ())]
    names = names[2:] if names[:1] == ["body"] and len(names) > 2 else names[1:]
    text = str(error.get("msg", "")).removeprefix("Value error, ")
    sentence = _SENTENCES.get(str(error.get("type")), text if text.endswith(".") else f"{text}.")
    return {"field": ".".join(names), "message": sentence}


def install(api: NinjaAPI) -> None:
    """Teach `api` this door's words for every way in which a call can fail."""

    def expected(request: HttpRequest, error: PostroomError) -> HttpResponse:
        answer = refuse(
            api, request, error.status, error.code, error.message, help=error.help, field=error.field
        )
        if isinstance(error, Limited):
            answer["Retry-After"] = str(error.retry_after_s)
        return answer

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [_describe(each) for each in error.errors]
        first = found[0] if found else {"field": "", "message": "The request cannot be read."}
        message = first["message"] if not first["field"] else f"{first['field']}: {first['message']}"
        return refuse(
            api,
            request,
            422,
            "invalid",
            message,
            field=first["field"] or None,
            help="Correct the named fields and send the request again. Their shapes are at /api/1/docs.",
            errors=found,
        )

    def away(request: HttpRequest, error: Exception) -> HttpResponse:
        answer = refuse(
            api,
            request,
            503,
            "database_away",
            "The database does not answer.",
            help="Try again in a few seconds.",
        )
        answer["Retry-After"] = "5"
        return answer

    def interrupted(request: HttpRequest, error: OSError) -> HttpResponse:
        """Larger uploads wait in the temporary folder until they are read, and that may be full."""
        if error.errno not in disk.FULL:
            return unexpected(request, error)
        for handler in request.upload_handlers:  # Django would keep the half file until memory is tidied
            with contextlib.suppress(OSError):
                handler.upload_interrupted()
        text = "The server's disk is full: it could not take what was sent."
        return refuse(
            api, request, 507, "disk_full", text, help="Free some space on the server, then try again."
        )

    def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
        route = request.resolver_match.route if request.resolver_match else "?"
        log.error("%s %s failed", request.method, route, exc_info=error)
        return refuse(
            api,
            request,
            500,
            "internal",
            "Something broke in Postroom while answering this.",
            help="Try again; if it happens again, report it with what the server's log says about it.",
        )

    def absent(request: HttpRequest, error: Exception) -> HttpResponse:
        text = "This does not exist in this account."
        return refuse(api, request, 404, "not_found", text, help="Check the id.")

    def signed_out(request: HttpRequest, error: Exception) -> HttpResponse:
        return refuse(
            api,
            request,
            401,
            "not_signed_in",
            "You are not signed in.",
            help="Sign in, or send `Authorization: Bearer <token>` with a token from Settings, API keys.",
        )

    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__, PostroomError):  # the parser's, which ninja wraps
            return expected(request, error.__cause__)
        return refuse(api, request, error.status_code, "refused", str(error))

    handlers: dict[type[Exception], Any] = {
        PostroomError: expected,
        ValidationError: invalid,
        OperationalError: away,
        PoolTimeout: away,
        OSError: interrupted,
        Exception: unexpected,
        Http404: absent,
        AuthenticationError: signed_out,
        HttpError: refused,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
