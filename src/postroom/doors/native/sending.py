"""`/sending`: by which way mail leaves; choosing, trying and testing it."""

from __future__ import annotations

from datetime import timedelta
from email.utils import formataddr
from typing import Any, Literal

from django.core.mail import EmailMessage
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from postroom.accounts import services
from postroom.accounts.rules import Relay
from postroom.accounts.services.users import check_email
from postroom.doors.native.auth import ADMINS, Caller, caller
from postroom.lib import clock
from postroom.lib.errors import Conflict, Forbidden, Invalid, Limited
from postroom.sending import outlet, queries
from postroom.sending.models import Heartbeat
from postroom.sending.trial import try_relay
from postroom.settings import load

router = Router(tags=["sending"])
ALIVE = timedelta(seconds=60)
TESTS_PER_HOUR = 20


class SendingOut(Schema):
    """The way of this account's mail. `by_setting`: chosen by POSTROOM_SMTP_URL, not on the screens."""

    kind: Literal["inbox", "smtp"]
    host: str
    from_: str = Field(alias="from", serialization_alias="from")
    ok: bool
    last_error: str
    senders: int
    by_setting: bool
    may_change: bool


class SendingIn(Schema):
    """The way to choose: the test inbox, or an SMTP server (as parts, or whole as `url`)."""

    kind: Literal["inbox", "smtp"] = "smtp"
    url: str = ""
    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    user: str = ""
    password: str = ""
    security: Literal["starttls", "tls", "none"] = "starttls"


class TrialOut(Schema):
    """What became of the try."""

    ok: bool
    message: str
    help: str = ""


class TestIn(Schema):
    """Where the test email goes; left out: to the caller."""

    to: str = ""


class TestOut(Schema):
    """The address the test email is on its way to."""

    to: str


@router.get("/sending", response=SendingOut, by_alias=True)
def read_sending(request: HttpRequest) -> dict[str, Any]:
    """How this account's mail leaves now, and whether it works."""
    return _state(caller(request))


@router.put("/sending", response=SendingOut, by_alias=True, auth=ADMINS)
def choose_way(request: HttpRequest, body: SendingIn) -> dict[str, Any]:
    """Choose the test inbox or an SMTP server, for the whole installation."""
    who = caller(request)
    _demand_operator(who)
    if load().smtp_url:
        raise Conflict(
            "The setting POSTROOM_SMTP_URL names the mail server, and it wins over the screens.",
            code="by_setting",
            help="Take that setting out and restart Postroom to choose here.",
        )
    services.save_relay(relay=_relay(body) if body.kind == "smtp" else None)
    return _state(who)


@router.post("/sending/try", response=TrialOut, auth=ADMINS)
def try_way(request: HttpRequest, body: SendingIn) -> dict[str, Any]:
    """Connect to the server and sign in, without sending or saving anything."""
    who = caller(request)
    _demand_operator(who)
    _limit(f"try-relay:{who.user.pk}", 20, 600)
    if body.kind == "inbox":
        return {"ok": True, "message": "The test inbox always works; nothing leaves this machine."}
    trial = try_relay(_relay(body).url)
    return {"ok": trial.ok, "message": trial.message, "help": trial.help}


@router.post("/sending/test", response=TestOut, auth=ADMINS)
def send_test(request: HttpRequest, body: TestIn) -> dict[str, str]:
    """Send a short test email by the way that is in force."""
    who = caller(request)
    to = check_email(body.to or who.user.email, field="to")
    _limit(f"test-mail:{who.account_id}", TESTS_PER_HOUR, 3600)
    EmailMessage(
        "A test email from Postroom",
        f"It works: emails of {who.account.name} arrive.\n\nSent from Settings, Sending.\n",
        to=[to],
        headers={"X-Postroom-Account": str(who.account_id)},
    ).send()
    return {"to": to}


def _state(who: Caller) -> dict[str, Any]:
    settings, account = load(), who.account
    beats = list(Heartbeat.objects.filter(kind="sender", seen_at__gt=clock.now() - ALIVE))
    kind, host, error = "inbox", "", ""
    try:
        way, relay = outlet.way_of(account), services.saved_relay()
        kind = "inbox" if way == "inbox" else "smtp"
        host = f"{relay.host}:{relay.port}" if relay and kind == "smtp" else ""
        if way is None:
            error = (
                "This account has sent by SMTP before, and no mail server is set any more: its mail waits."
            )
    except ValueError:
        kind, error = "smtp", "The saved mail server cannot be read. Enter it again."
    if not beats:
        error = error or "No sender process runs, so mail waits. Start Postroom with `postroom serve`."
    if kind == "smtp" and not error and (trouble := queries.relay_trouble()):
        error = f"{trouble} Mail waits and is tried again by itself; nothing is lost."
    return {
        "kind": kind,
        "host": host,
        "from": formataddr((account.from_name, account.from_email)) if account.from_email else "",
        "ok": not error,
        "last_error": error,
        "senders": len(beats),
        "by_setting": bool(settings.smtp_url),
        "may_change": services.runs_installation(who.user) and not settings.smtp_url,
    }


def _demand_operator(who: Caller) -> None:
    if not services.runs_installation(who.user):
        raise Forbidden(
            "The mail server serves all accounts; only who runs this installation may choose it.",
            code="not_operator",
            help="Ask them, or set POSTROOM_SMTP_URL on the machine.",
        )


def _relay(body: SendingIn) -> Relay:
    try:
        relay = Relay.of_url(body.url.strip()) if body.url.strip() else None
    except ValueError as error:
        raise Invalid("This is no address of a mail server.", field="url", help=f"Please {error}.") from None
    if relay is None:
        relay = Relay(body.host.strip(), body.port, body.user.strip(), body.password, body.security)
    if not relay.is_sound:
        raise Invalid(
            "The host is missing." if not relay.host else f"“{relay.host}” is no host name.",
            field="host",
            help="Write it like smtp.example.com.",
        )
    return relay


def _limit(key: str, limit: int, window_s: int) -> None:
    allowed = services.limiter.hit(key=key, limit=limit, window_s=window_s)
    if not allowed.ok:
        raise Limited(
            "That was a lot at once.",
            retry_after_s=allowed.retry_after_s,
            help=f"Wait {allowed.retry_after_s} seconds and try again.",
        )
