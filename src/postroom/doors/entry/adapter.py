"""allauth's questions, answered the way of this house: limits, links, redirects, sealing, passkeys."""

from __future__ import annotations

import ipaddress
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from postroom.accounts import services
from postroom.accounts.services import limiter, slowing
from postroom.accounts.services.second_factor import open_factor, seal_factor
from postroom.doors.entry import known, pages
from postroom.settings import load


def client_ip(request: HttpRequest) -> str:
    """The caller's address; the server has already looked behind trusted proxies."""
    return str(request.META.get("REMOTE_ADDR") or "local")


class TooManyTries(ValidationError):
    """Shown in the form; the view answers 429 with `retry_after_s`."""

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        wait = f"{retry_after_s} seconds" if retry_after_s < 90 else f"{retry_after_s // 60 + 1} minutes"
        super().__init__(f"That were many tries. Wait {wait}, then try again; nothing is locked.")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by address and password, mails with links to the public URL, redirects to own paths only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Address and password do not fit together. Check both and try again.",
        "too_many_login_attempts": "That were many tries. Wait a minute, then try again; nothing is locked.",
        "invalid_password_reset": "This link was used or is too old. Ask for a new one.",
        "incorrect_password": "That is not your password.",
        "enter_current_password": "That is not your present password.",
        "email_taken": "Another user has this address.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes users by themselves: there are invitations, the first run and the command line."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """After many wrong passwords, for one address or from one IP, every try has to wait a little first.

        The right one counts nowhere and gets in once it has waited, whatever others try meanwhile; a browser
        that knows the user has a count of its own."""
        for failures, limit, window_s, waiter in _limits(request, credentials):
            allowed = slowing.let_try(failures=failures, limit=limit, window_s=window_s, waiter=waiter)
            if not allowed.ok:
                raise TooManyTries(allowed.retry_after_s)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the wrong password."""
        for failures, _, window_s, _ in _limits(request, credentials):
            slowing.count_failure(key=failures, window_s=window_s)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuses the demo's users, whose password everybody knows, unless only this machine can reach us."""
        if load().is_public and services.is_demo_user(user):
            clear_login(request)
            return pages.say(
                request,
                "The demo stays on its machine",
                "Its password is public, and this Postroom can be reached from elsewhere. Bind it to"
                " localhost to look at the demo, or make an account of your own with “postroom account"
                " create”.",
                status=403,
            )
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Remembers in this browser that the user has signed in here."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known.remember(request, response, user)
        return response

    def is_safe_url(self, url: str) -> bool:
        """Own paths only, whatever the Host header says."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_client_ip(self, request: HttpRequest) -> str:
        """See `client_ip`."""
        return client_ip(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the public URL, never on the Host header's."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return load().public_url + path.replace("UID-KEY", quote(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """On the public URL, never on the Host header's."""
        return load().public_url + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to where the button was."""
        return reverse("mfa_index")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """One mail through the ledger; its links and its signature name the public URL."""
        public = load().public_url
        site = SimpleNamespace(name="Postroom", domain=urlsplit(public).netloc, url=public)
        # The ledger's rows are written in one go with what the caller has changed.
        with transaction.atomic():
            message = self.render_mail(
                template_prefix, email, {**context, "email": email, "current_site": site}
            )
            message.send()

    def format_email_subject(self, subject: str) -> str:
        """Without a prefix."""
        return str(subject)


def _limits(request: HttpRequest, credentials: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    """(whose failures count, how many, in how many seconds, who waits); the IP's before the address's."""
    settings = load()
    email = str(credentials.get("email", "")).strip().lower()
    if device := known.read(request, email):
        key = f"sign-in:{email}:{device}"
        return [(key, settings.limit_sign_in_per_minute, 60, key)]
    network = limiter.network(client_ip(request))
    by_ip, by_address = f"sign-in-ip:{network}", f"sign-in:{email}"
    return [
        (by_ip, settings.limit_sign_in_per_hour, 3600, by_ip),
        (by_address, settings.limit_sign_in_per_minute, 60, f"{by_address}:{network}"),
    ]


def passkeys_refused() -> str:
    """Why passkeys cannot work at the public URL, as a sentence; empty when they can."""
    parts = urlsplit(load().public_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
        return "Passkeys need a host name; this Postroom is reached by an IP address."
    except ValueError:
        pass
    if parts.scheme != "https" and host != "localhost" and not host.endswith(".localhost"):
        return "Passkeys need https; this Postroom is reached by http."
    return ""


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets sealed with the installation key, passkeys bound to the public URL's host."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or it was too late. Try the next one.",
        "unverified_email": "Confirm your email address first.",
    }

    def encrypt(self, text: str) -> str:
        """Sealed with the installation key."""
        return seal_factor(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The counterpart. Raises ValueError."""
        return open_factor(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party is the host of the public URL."""
        return {"id": urlsplit(load().public_url).hostname or "localhost", "name": "Postroom"}

    def get_totp_issuer(self) -> str:
        """What authenticator apps show."""
        return "Postroom"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A first name for a passkey: the kind of machine it is made on."""
        agent = context.request.META.get("HTTP_USER_AGENT", "") if context.request else ""
        kinds = {
            "iPhone": "iPhone",
            "iPad": "iPad",
            "Android": "Android",
            "Mac OS": "Mac",
            "Windows": "Windows",
        }
        return next((name for word, name in kinds.items() if word in agent), "Passkey")
