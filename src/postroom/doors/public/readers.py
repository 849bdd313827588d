"""What people reach from their mail: confirm, unsubscribe, preferences.

A GET never changes anything, because mail scanners follow every link before the reader does (RFC 8058
says so of unsubscribing; a confirmation by a scanner would be consent that nobody gave). Each page has one
button; the token in its address is the permission, so no session and no CSRF token is involved.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from postroom.accounts.models import Account
from postroom.content import links
from postroom.doors.public import pages
from postroom.forms import services as forms
from postroom.forms.services.confirm import Confirmed
from postroom.lib.errors import PostroomError
from postroom.lib.signing import Keyring
from postroom.settings import load
from postroom.subscribers import services as subscribers
from postroom.subscribers.errors import EmailTaken
from postroom.subscribers.models import Subscriber
from postroom.subscribers.rules import Cause
from postroom.tracking import services as tracking

_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt
@_get_or_post
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/confirm/<token>`: GET shows the button, POST confirms and leads on."""
    try:
        if request.method == "POST":
            found = forms.confirm(token=token, ip=pages.client_ip(request) or None)
        else:
            found = forms.read_confirmation(token)
    except PostroomError as error:
        return pages.say(request, "This link does not work any more", error.message, error.help, status=404)
    return _say_confirmed(request, found)


def _say_confirmed(request: HttpRequest, found: Confirmed) -> HttpResponse:
    account = {"account": found.account}
    if found.outcome == "open" and found.subscriber is not None:
        context = {**account, "email": found.subscriber.email}
        return pages.page(request, "confirm", context, posts_on=True)
    if found.outcome == "left":
        lines = ("You have unsubscribed since this email was sent.", "To come back, fill in the form again.")
        return pages.say(request, "You have left", *lines, **account)
    if found.outcome == "closed":
        lines = ("No mail can go to this address any more.", "Sign up with another address.")
        return pages.say(request, "This address is closed", *lines, status=410, **account)
    if request.method == "POST" and found.goes_to:
        return HttpResponse(status=303, headers={"Location": found.goes_to, "Referrer-Policy": "no-referrer"})
    go_on: dict[str, Any] = {"go_on": found.goes_to, "go_on_label": "Go on"} if found.goes_to else {}
    return pages.say(request, "You are in", "Thank you. The next letter comes to you.", **account, **go_on)


@csrf_exempt
@_get_or_post
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """`/unsubscribe/<token>`: one button, and one more for those who pressed it by mistake."""
    found = links.read_unsubscribe(_keyring(), token)
    if found is None:
        return pages.not_found(request)
    ref = found.message
    account = Account.objects.filter(id=ref.account_id).first()
    person = Subscriber.objects.filter(account_id=ref.account_id, id=ref.recipient_id).first()
    if account is None or person is None:  # erased, or a test address: whoever it was gets no letters
        return pages.say(request, "You are unsubscribed", "This address gets no letters from here.")
    came_back = False
    if request.method == "POST":
        cause = Cause(kind="unsubscribe", id=ref.send_id, actor="subscriber")
        # A mail program's one-click post (RFC 8058) that was sent here instead of to the edge counts as well.
        if request.POST.get("act", "unsubscribe") == "unsubscribe":
            tracking.unsubscribe(ref=ref, cause=cause)
        elif request.POST.get("act") == "resubscribe" and person.state == "cancelled":
            came_back = tracking.take_back_unsubscribe(ref=ref, cause=cause)
        person.refresh_from_db()
    preferences = links.sign_preferences(_keyring(), account_id=account.id, subscriber_id=person.id)
    context = {
        "account": account,
        "email": person.email,
        "gone": person.state not in ("active", "inactive"),
        "back": came_back,
        "preferences": f"/preferences/{preferences}",
    }
    return pages.page(request, "unsubscribe", context)


@csrf_exempt
@_get_or_post
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """`/preferences/<token>`: a person's own name and address."""
    found = links.read_preferences(_keyring(), token)
    if found is None:
        return pages.not_found(request)
    account = Account.objects.filter(id=found.account_id).first()
    person = Subscriber.objects.filter(account_id=found.account_id, id=found.subscriber_id).first()
    if account is None or person is None:
        return pages.not_found(request)
    context: dict[str, Any] = {
        "account": account,
        "first_name": person.first_name or "",
        "email": person.email,
    }
    status = 200
    if request.method == "POST":
        try:
            context["waits_for"] = _change(request, person)
            person.refresh_from_db()
            context |= {"saved": True, "first_name": person.first_name or "", "email": person.email}
        except PostroomError as error:
            status = error.status
            context |= {
                "error": f"{error.message} {error.help}".strip(),
                "first_name": request.POST.get("first_name", ""),
                "email": request.POST.get("email", ""),
            }
    context["active"] = person.state in ("active", "inactive")
    return pages.page(request, "preferences", context, status=status)


def _change(request: HttpRequest, person: Subscriber) -> str:
    """Does what was asked, all or nothing; answers the address that has to agree first, or nothing."""
    cause = Cause(kind="preferences", actor="subscriber")
    who = {"account_id": person.account.id, "subscriber_id": person.id}
    if request.POST.get("act") == "unsubscribe":
        subscribers.unsubscribe(**who, cause=cause)
        return ""
    email = request.POST.get("email", "").strip()
    first_name = request.POST.get("first_name", "").replace("\x00", "").strip()[:255]
    with transaction.atomic():
        subscribers.update(**who, first_name=first_name, cause=cause)
        return email if tracking.ask_to_move(**who, email=email) else ""


@csrf_exempt
@_get_or_post
def take_address(request: HttpRequest, token: str) -> HttpResponse:
    """`/preferences/address/<token>`: who holds the new address agrees that letters come to it."""
    try:
        if request.method == "POST":
            found = tracking.move(token=token)
            done = f"The letters of {found.account.name} come to {found.email} from now on."
            return pages.say(request, "That is done", done, account=found.account)
        found = tracking.read_move(token)
    except EmailTaken:
        lines = ("This address gets letters from here already.", "Nothing else has to be done.")
        return pages.say(request, "That is done already", *lines, status=409)
    except PostroomError as error:
        return pages.say(request, "This link does not work any more", error.message, error.help, status=404)
    return pages.page(request, "take_address", {"account": found.account, "email": found.email})


def _keyring() -> Keyring:
    return Keyring(load().secret_keys())
