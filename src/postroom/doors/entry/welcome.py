"""The first run: five steps, each a page of its own that can be left and taken up again; no JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import formataddr, parseaddr
from functools import wraps
from typing import Any, cast

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from postroom.accounts import queries, services
from postroom.accounts.models import Account, User
from postroom.accounts.rules import Relay, guess_security
from postroom.accounts.services import limiter
from postroom.doors.entry.adapter import client_ip
from postroom.doors.entry.welcome_forms import LetterForm, YouForm
from postroom.lib.errors import Limited, PostroomError
from postroom.sending.trial import Trial, try_relay
from postroom.settings import load

TITLES = {
    "you": "You",
    "letter": "Your letter",
    "sending": "Sending",
    "people": "First people",
    "ready": "Ready",
}
NOTES = {
    "you": "Who runs this",
    "letter": "Name and address",
    "sending": "How emails leave",
    "people": "A file or a form",
    "ready": "Write your first letter",
}
MINUTES = {"you": 4, "letter": 3, "sending": 2, "people": 1, "ready": 0}
STEPS = services.STEPS
FIRST_PEOPLE = "welcome_people"
GOALS = {
    "import": (
        "Bring your list next: Postroom shows what would change first.",
        "Import my list",
        "/app/subscribers/import",
    ),
    "form": ("Put up your form next; people then come by themselves.", "Make my form", "/app/forms"),
    "later": ("Write your first letter, or look around.", "Open Postroom", "/app/"),
}

View = Callable[..., HttpResponse]


def start(request: HttpRequest) -> HttpResponse:
    """`/welcome`: to the step that comes next."""
    if not User.objects.exists():
        return redirect("welcome_step", "you")
    if not request.user.is_authenticated:
        return redirect("account_login")
    if not services.is_first_run():
        return redirect("app")
    return redirect("welcome_step", services.installation().first_run_step)


def _during_first_run(view: View) -> View:
    """For the steps after the first: only who installs, only until it is done, never past the next step."""

    @wraps(view)
    def checked(request: HttpRequest, step: str) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or not services.is_first_run():
            return start(request)
        if not services.runs_installation(cast(User, user)):
            return redirect("app")
        if STEPS.index(step) > STEPS.index(services.installation().first_run_step):
            return start(request)
        return view(request, step)

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def show_step(request: HttpRequest, step: str) -> HttpResponse:
    """One of the five pages."""
    if step == "you":
        return _you(request, step)
    return {"letter": _letter, "sending": _sending, "people": _people, "ready": _ready}[step](request, step)


def _you(request: HttpRequest, step: str) -> HttpResponse:
    if User.objects.exists():
        return start(request)
    form = YouForm(request.POST or None, asks_code=load().is_public)
    wait_s = 0
    if request.method == "POST" and form.is_valid():
        try:
            _limit_codes(request)
            user = _make_first_user(**form.cleaned_data)
        except PostroomError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            wait_s = error.retry_after_s if isinstance(error, Limited) else 0
        else:
            if user is None:  # somebody was faster
                return start(request)
            return cast(
                HttpResponse,
                perform_login(request, Login(user=user, email=user.email, redirect_url="/welcome/letter")),
            )
    response = _render(request, step, {"form": form}, bad=bool(form.errors))
    if wait_s:
        response.status_code = 429
        response.headers["Retry-After"] = str(wait_s)
    return response


def _limit_codes(request: HttpRequest) -> None:
    """Ten tries in ten minutes from one address. Raises Limited."""
    if load().is_public:
        allowed = limiter.hit(key=f"setup-code:{limiter.network(client_ip(request))}", limit=10, window_s=600)
        if not allowed.ok:
            minutes = allowed.retry_after_s // 60 + 1
            raise Limited(
                f"That were many tries. Wait {minutes} minutes, then try again.",
                retry_after_s=allowed.retry_after_s,
            )


@transaction.atomic
def _make_first_user(*, name: str, email: str, password: str, setup_code: str | None = None) -> User | None:
    with connection.cursor() as cursor:  # two browsers at once: only one of them installs
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('postroom.first-run'))")
    if User.objects.exists():
        return None
    if setup_code is not None:
        services.use_setup_code(code=setup_code)
    user = services.create_user(
        email=email, password=password, name=name, is_superuser=True, is_verified=True
    )
    services.move_first_run(step="letter")
    return user


@_during_first_run
def _letter(request: HttpRequest, step: str) -> HttpResponse:
    user, account = cast(User, request.user), _own_account(request)
    initial = {
        "name": account.name if account else "",
        "postal_address": account.postal_address if account else "",
        "time_zone": account.time_zone if account else "",
    }
    form = LetterForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if account:
                services.update_account(account_id=account.pk, **form.cleaned_data)
            else:
                services.create_account(
                    owner=user, from_name=user.name, from_email=user.email, **form.cleaned_data
                )
        except PostroomError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _go_on(step)
    return _render(request, step, {"form": form}, bad=bool(form.errors))


@_during_first_run
def _sending(request: HttpRequest, step: str) -> HttpResponse:
    account = _own_account(request)
    if account is None:
        return redirect("welcome_step", "letter")
    saved = _saved_relay()
    by_setting = f"{saved.host}:{saved.port}" if load().smtp_url and saved else ""
    if request.method != "POST":
        values = {
            "kind": "smtp" if saved else "inbox",
            "host": saved.host if saved else "",
            "port": str(saved.port if saved else 587),
            "user": saved.user if saved else "",
            "from": formataddr((account.from_name, account.from_email)) if account.from_email else "",
        }
        context = {"values": values, "by_setting": by_setting, "has_password": bool(saved and saved.password)}
        return _render(request, step, context)

    values = {key: request.POST.get(key, "").strip() for key in ("kind", "host", "port", "user", "from")}
    errors, trial, relay = _check_sending(account, values, request.POST.get("password", ""), saved)
    wanted = request.POST.get("do", "next")
    if wanted == "try" and relay and not _other(errors, "from"):
        trial = try_relay(relay.url)
        errors.pop("from", None)
    elif not errors:
        if not by_setting:
            services.save_relay(relay=relay)
        if wanted == "test":
            _send_test(request, account)
        else:
            return _go_on(step)
    context = {
        "values": values,
        "errors": errors,
        "trial": trial,
        "by_setting": by_setting,
        "has_password": bool(saved and saved.password),
    }
    return _render(request, step, context, bad=bool(errors))


def _check_sending(
    account: Account, values: dict[str, str], password: str, saved: Relay | None
) -> tuple[dict[str, str], Trial | None, Relay | None]:
    errors: dict[str, str] = {}
    relay: Relay | None = None
    if values["kind"] == "smtp" and not load().smtp_url:
        port = int(values["port"]) if values["port"].isdigit() else 0
        if not 0 < port < 65536:
            errors["port"] = "A number from 1 to 65535."
        same = saved is not None and (saved.host, saved.user) == (values["host"], values["user"])
        kept = saved.password if saved and same and not password else password
        relay = Relay(values["host"], port, values["user"], kept, guess_security(port))
        if not relay.is_sound:
            errors["host"] = "Write a host name such as smtp.example.com."
    name, email = parseaddr(values["from"])
    try:
        services.update_account(account_id=account.pk, from_name=name, from_email=email)
        if not email:
            errors["from"] = "Write it like Ada Moreno <ada@example.com>."
    except PostroomError as error:
        errors["from"] = error.message
    return errors, None, relay if not _other(errors, "from") else None


def _other(errors: dict[str, str], but: str) -> bool:
    return any(field != but for field in errors)


def _send_test(request: HttpRequest, account: Account) -> None:
    to = cast(User, request.user).email
    EmailMessage(
        "A test email from Postroom",
        f"It works: emails of {account.name} arrive.\n",
        to=[to],
        headers={"X-Postroom-Account": str(account.pk)},
    ).send()
    where = "It is on its way to" if _saved_relay() else "It is in the test inbox, addressed to"
    messages.success(request, f"{where} {to}.")


@_during_first_run
def _people(request: HttpRequest, step: str) -> HttpResponse:
    if request.method == "POST":
        chosen = request.POST.get("chosen", "later")
        request.session[FIRST_PEOPLE] = chosen if chosen in GOALS else "later"
        return _go_on(step)
    return _render(request, step, {"chosen": request.session.get(FIRST_PEOPLE, "import")})


@_during_first_run
def _ready(request: HttpRequest, step: str) -> HttpResponse:
    summary, next_text, url = GOALS[request.session.get(FIRST_PEOPLE, "later")]
    if request.method == "POST":
        services.finish_first_run()
        request.session.pop(FIRST_PEOPLE, None)
        return redirect(url)
    return _render(request, step, {"summary": summary, "next_text": next_text})


def _go_on(step: str) -> HttpResponse:
    following = STEPS[STEPS.index(step) + 1]
    reached = services.installation().first_run_step
    if STEPS.index(following) > STEPS.index(reached):
        services.move_first_run(step=following)
    return redirect("welcome_step", following)


def _own_account(request: HttpRequest) -> Account | None:
    members = queries.memberships(user_id=cast(User, request.user).pk)
    return members[0].account if members else None


def _saved_relay() -> Relay | None:
    try:
        return services.saved_relay()
    except ValueError:  # sealed with a key that is gone: it must be typed again
        return None


def _render(request: HttpRequest, step: str, context: dict[str, Any], *, bad: bool = False) -> HttpResponse:
    position = STEPS.index(step)
    reached = STEPS.index(services.installation().first_run_step)
    steps = [
        {
            "title": TITLES[name],
            "note": _note(request, name),
            "state": "on" if i == position else "done" if i < reached else "",
            "url": f"/welcome/{name}" if 0 < i <= reached and i != position else "",
        }
        for i, name in enumerate(STEPS)
    ]
    minutes = MINUTES[step]
    shared = {
        "steps": steps,
        "number": position + 1,
        "left": f"About {minutes} minute{'s' if minutes > 1 else ''} left." if minutes else "All done.",
        "back": f"/welcome/{STEPS[position - 1]}" if position > 1 else "",
    }
    return render(request, f"entry/welcome/{step}.html", shared | context, status=422 if bad else 200)


def _note(request: HttpRequest, step: str) -> str:
    if request.user.is_authenticated and step in ("you", "letter"):
        user, account = cast(User, request.user), _own_account(request)
        if step == "you":
            return user.name or user.email
        if account:
            place = account.time_zone.rpartition("/")[2].replace("_", " ")
            return f"{account.name}, {place}"
    return NOTES[step]
