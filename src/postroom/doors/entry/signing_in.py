"""Sign-in, passkeys, the security page: allauth's views with this house's answers."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.models import EmailAddress, Login
from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from postroom.accounts import services
from postroom.accounts.models import User
from postroom.doors.entry import pages
from postroom.doors.entry.adapter import AccountAdapter, TooManyTries, passkeys_refused


class SignIn(LoginView):
    """Address and password. A wrong pair answers 422, too many tries 429, both with the form again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Before anybody can sign in, there is the first run."""
        if services.is_first_run() and not User.objects.exists():
            return redirect("welcome")
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))

    def form_invalid(self, form: Any) -> HttpResponse:
        """The form again, with what was typed."""
        response = cast(HttpResponse, super().form_invalid(form))
        response.status_code = 422
        limited = [error for error in form.non_field_errors().as_data() if isinstance(error, TooManyTries)]
        if limited:
            response.status_code = 429
            response.headers["Retry-After"] = str(limited[0].retry_after_s)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the passkey button makes sense here."""
        return {**super().get_context_data(**kwargs), "passkeys": not passkeys_refused()}


class PasskeySignIn(LoginWebAuthnView):
    """Sign-in with a passkey alone; leads on to where the person wanted to go."""

    def form_valid(self, form: Any) -> HttpResponse:
        """As allauth's, but `next` is kept."""
        wanted = self.request.POST.get("next", "")
        authenticator = form.cleaned_data["credential"]
        target = wanted if AccountAdapter(self.request).is_safe_url(wanted) else None
        login = Login(user=authenticator.user, redirect_url=target)
        return cast(HttpResponse, flows.perform_passwordless_login(self.request, authenticator, login))


class AddPasskey(AddWebAuthnView):
    """Adding a passkey, where passkeys can work at all."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Says why not, where they cannot."""
        if refused := passkeys_refused():
            return pages.say(request, "No passkeys here", refused, status=409)
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))


@require_GET
@login_required
def show_security(request: HttpRequest) -> HttpResponse:
    """Everything about one's own sign-in on one page."""
    user = cast(User, request.user)
    second = {each.type: each for each in Authenticator.objects.filter(user=user)}
    keys = [each.wrap() for each in Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)]
    sessions = sorted(
        UserSession.objects.purge_and_list(user), key=lambda each: each.created_at, reverse=True
    )
    address = EmailAddress.objects.filter(user=user, email__iexact=user.email).first()
    return render(
        request,
        "entry/security.html",
        {
            "totp": second.get(Authenticator.Type.TOTP),
            "codes": second.get(Authenticator.Type.RECOVERY_CODES),
            "passkeys": keys,
            "passkeys_refused": passkeys_refused(),
            "sessions": [(each, describe_browser(each.user_agent), each.is_current()) for each in sessions],
            "verified": bool(address and address.verified),
        },
    )


@require_POST
@login_required
def end_session(request: HttpRequest) -> HttpResponse:
    """Signs out one other browser (`session` = its id) or all others (`session=others`)."""
    wanted = request.POST.get("session", "")
    sessions = [each for each in UserSession.objects.filter(user=request.user) if not each.is_current()]
    ending = [each for each in sessions if wanted == "others" or wanted == str(each.pk)]
    for each in ending:
        each.end()
    word = "browser is" if len(ending) == 1 else "browsers are"
    messages.success(request, f"{len(ending)} other {word} signed out.")
    return HttpResponseRedirect("/accounts/security")


def describe_browser(agent: str) -> str:
    """“Firefox on Linux”, from a User-Agent line."""
    browsers = {
        "Edg/": "Edge",
        "OPR/": "Opera",
        "Firefox/": "Firefox",
        "Chrome/": "Chrome",
        "Safari/": "Safari",
    }
    systems = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browser = next((name for word, name in browsers.items() if word in agent), "A browser")
    system = next((name for word, name in systems.items() if word in agent), "")
    return f"{browser} on {system}" if system else browser
