"""A form's own page, its script, and what is posted to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from postroom.accounts.models import Account
from postroom.accounts.services import limiter
from postroom.doors.public import pages
from postroom.forms import markup, queries, services
from postroom.forms.models import Form
from postroom.lib.errors import Invalid, NotFound
from postroom.settings import load

MAX_BODY_BYTES = 64_000
FIELD_PREFIX, FIELD_END = "fields[", "]"
_ASSETS = Path(__file__).parents[2] / "_assets" / "embed.js"
_FALLBACK = Path(__file__).parent / "embed_fallback.js"


@require_GET
def show_form(request: HttpRequest, uid: str) -> HttpResponse:
    """`/{uid}`: the form as a page of its own."""
    form = queries.by_uid(uid)
    if form is None:
        return pages.not_found(request)
    if request.method == "GET":
        services.note_visit(account_id=form.account_id, form_id=form.id)
    return _form_page(request, form)


@require_GET
def send_script(request: HttpRequest, uid: str) -> HttpResponse:
    """`/{uid}/index.js`: puts the form where the script tag with this `data-uid` stands."""
    form = queries.by_uid(uid)
    if form is None:
        return HttpResponse("/* There is no such form. */", status=404, content_type="text/javascript")
    services.note_visit(account_id=form.account_id, form_id=form.id, page=_carrier(request))
    described = json.dumps(markup.describe(form, public_url=load().public_url))
    # JSON is JavaScript but for two line separators; `</` stays harmless should somebody inline the answer.
    described = described.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("</", "<\\/")
    prelude = f'(window.postroomForms=window.postroomForms||{{}})["{form.uid}"]={described};\n'
    response = HttpResponse(prelude + _embed_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "public, max-age=60"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _carrier(request: HttpRequest) -> str:
    """The page that loads the script, unless it is one of ours."""
    page = request.META.get("HTTP_REFERER", "")
    own = {urlsplit(url).netloc for url in (load().public_url, load().pages_url)}
    try:
        return "" if urlsplit(page).netloc in own else page
    except ValueError:
        return ""


def _embed_script() -> str:
    path = _ASSETS if _ASSETS.is_file() else _FALLBACK
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> str:
    return path.read_text(encoding="utf-8")


@dataclass
class Post:
    """What was sent to a form, whichever way."""

    email: str = ""
    first_name: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    tags: list[int] = field(default_factory=list)
    referrer: str = ""
    is_robot: bool = False
    typed: dict[str, str] = field(default_factory=dict)


@csrf_exempt
def take_post(request: HttpRequest, form_id: str) -> HttpResponse:
    """`POST /forms/{id}/subscriptions`: JSON to scripts, a redirect to browsers. Any origin may post."""
    if request.method == "OPTIONS":
        return _allow_origins(HttpResponse(status=204))
    if request.method != "POST":
        return _refuse(
            request, None, 405, "This address takes sign-ups only. Open the form's own page instead."
        )
    form = _find(form_id)
    if form is None:
        return _refuse(request, None, 404, "There is no such form. Its owner may have removed it.")
    settings = load()
    network = limiter.network(pages.client_ip(request))
    allowed = limiter.hit(key=f"form:{network}", limit=settings.limit_form_posts_per_minute, window_s=60)
    if not allowed.ok:
        response = _refuse(request, None, 429, pages.TOO_MANY)
        response["Retry-After"] = str(allowed.retry_after_s)
        return response
    try:
        post = read_post(request)
    except (BadRequest, SuspiciousOperation, MultiPartParserError, ValueError) as error:
        return _refuse(
            request, None, 400, f"The form could not be read ({error}). Send it again as it was made."
        )
    if post.is_robot:  # a program filled in what people never see: it hears what everybody hears
        return _welcome(request, form, post, None)
    if missing := _missing(form, post):
        return _refuse(request, form, 422, f"Please fill in “{missing}”.", post)
    try:
        joined = services.subscribe(
            account_id=form.account_id,
            form_id=form.id,
            email=post.email,
            first_name=post.first_name,
            fields=post.fields,
            tag_ids=post.tags,
            referrer=post.referrer or request.META.get("HTTP_REFERER") or None,
            ip=pages.client_ip(request),
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            page=request.META.get("HTTP_REFERER", ""),
            via="page",
        )
    except NotFound as error:
        return _refuse(request, None, 404, error.message)
    except Invalid as error:
        return _refuse(request, form, 422, f"{error.message} {error.help}".strip(), post)
    return _welcome(request, form, post, joined["subscriber_id"])


def read_post(request: HttpRequest) -> Post:
    """The body as form or JSON, whatever its content type says. Raises ValueError."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        raise ValueError("it is too large")
    kind = request.content_type or ""
    if kind == "multipart/form-data":
        return _from_pairs(request.POST)
    body = request.body
    if kind == "application/json" or body.lstrip()[:1] == b"{":
        try:
            found = msgspec.json.decode(body)
        except msgspec.DecodeError as error:
            raise ValueError("it is no valid JSON") from error
        if not isinstance(found, dict):
            raise ValueError("its JSON is no object")
        return _from_json(found)
    return _from_pairs(QueryDict(body, encoding="utf-8"))


def _from_pairs(pairs: QueryDict) -> Post:
    fields = {
        name[len(FIELD_PREFIX) : -1]: str(value)
        for name, value in pairs.items()
        if name.startswith(FIELD_PREFIX) and name.endswith(FIELD_END)
    }
    tags = pairs.getlist("tags[]") + pairs.getlist("tags")
    return _post(dict(pairs.items()), fields, tags)


def _from_json(found: dict[str, Any]) -> Post:
    given = found.get("fields")
    fields = {str(k): v for k, v in given.items()} if isinstance(given, dict) else {}
    for name, value in found.items():  # scripts that turn a form's pairs into JSON keep the bracket names
        if name.startswith(FIELD_PREFIX) and name.endswith(FIELD_END):
            fields.setdefault(name[len(FIELD_PREFIX) : -1], value)
    tags = found.get("tags") or found.get("tags[]") or []
    return _post(found, fields, tags if isinstance(tags, list) else [tags])


def _post(given: dict[str, Any], fields: dict[str, Any], tags: list[Any]) -> Post:
    plain = {key: str(value) for key, value in fields.items() if isinstance(value, str | int | float)}
    first_name = given.get("first_name") or plain.pop("first_name", None)
    email = given.get("email_address") or given.get("email") or ""
    return Post(
        email=str(email),
        first_name=str(first_name) if isinstance(first_name, str) else None,
        fields=plain,
        tags=[int(tag) for tag in tags if str(tag).isascii() and str(tag).isdigit()][:100],
        referrer=str(given.get("referrer") or ""),
        is_robot=bool(given.get(markup.HONEYPOT)),
        typed={"email_address": str(email), "fields[first_name]": str(first_name or "")}
        | {f"fields[{key}]": value for key, value in plain.items()},
    )


def _find(form_id: str) -> Form | None:
    number = int(form_id) if len(form_id) < 17 else 0
    account_id = queries.account_of(number)
    return queries.get(account_id, number) if account_id else None


def _missing(form: Form, post: Post) -> str | None:
    """The label of the first required field that was left empty."""
    for item in form.fields:
        value = post.first_name if item["key"] == "first_name" else post.fields.get(item["key"])
        if item.get("required") and not (value or "").strip():
            return str(item["label"])
    return None


def _wants_json(request: HttpRequest) -> bool:
    accept = request.META.get("HTTP_ACCEPT", "")
    return (
        "application/json" in accept
        or request.content_type == "application/json"
        or request.META.get("HTTP_X_REQUESTED_WITH") == "XMLHttpRequest"
    )


def _welcome(request: HttpRequest, form: Form, post: Post, subscriber_id: int | None) -> HttpResponse:
    settings = load()
    known = {"ck_subscriber_id": subscriber_id} if subscriber_id else {}
    if form.success_action == "redirect" and form.redirect_url:
        target = add_query(form.redirect_url, known)
    else:
        told = {"form_id": form.id, "first_name": post.first_name or "", "email": post.email.strip(), **known}
        target = f"{settings.public_url}/forms/success?{urlencode(told)}"
    if not _wants_json(request):
        response = HttpResponse(status=303, headers={"Location": target})
        return _allow_origins(response)
    answer = {
        "consent": {"enabled": False, "url": None},
        "status": "success",
        "redirect_url": target,
        "message": form.success_message,
    }
    return _allow_origins(JsonResponse(answer))


def _refuse(
    request: HttpRequest, form: Form | None, status: int, message: str, post: Post | None = None
) -> HttpResponse:
    if _wants_json(request):
        errors = {"messages": [message]}
        return _allow_origins(JsonResponse({"status": "failed", "errors": errors}, status=status))
    if form is not None:
        return _form_page(request, form, status=status, error=message, typed=post.typed if post else None)
    return pages.say(request, "That did not work", message, status=status)


def _form_page(
    request: HttpRequest,
    form: Form,
    *,
    status: int = 200,
    error: str = "",
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    rendered = markup.render_form(form, public_url=load().public_url, error=error, typed=typed, is_page=True)
    context = {
        "title": form.heading or form.name,
        "heading": form.heading,
        "markup": rendered,
        "account": Account.objects.get(id=form.account_id),
        # A form with a colour or a picture of its own is the card; others stand in ours.
        "bare": bool(form.style.get("background") or form.style.get("picture_id")),
        "wide": form.style.get("picture_id") and form.style.get("picture_place", "side") == "side",
    }
    return pages.page(
        request, "form", context, status=status, posts_on=True, framed=True, own_css=markup.own_css(form)
    )


@require_GET
def show_success(request: HttpRequest) -> HttpResponse:
    """`/forms/success`: what a browser sees after the sign-up. Reads only the form's id."""
    given = request.GET.get("form_id", "")
    form = _find(given) if given.isascii() and given.isdigit() else None
    if form is None:
        return pages.say(request, "Thank you", "Your sign-up has arrived.")
    account = Account.objects.get(id=form.account_id)
    return pages.say(request, "Thank you", form.success_message, account=account)


def add_query(url: str, more: dict[str, Any]) -> str:
    """`url` with more in its query string; what stood there stays."""
    if not more:
        return url
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(more)) if part)
    return urlunsplit(parts._replace(query=query))


def _allow_origins(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response["Access-Control-Allow-Headers"] = "Content-Type, X-Requested-With, Accept"
    response["Access-Control-Max-Age"] = "86400"
    response["Referrer-Policy"] = "no-referrer"
    return response
