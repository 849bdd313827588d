"""The link in an invitation: join as who is signed in, sign in first, or become a user."""

from __future__ import annotations

from typing import cast

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from postroom.accounts import queries, services
from postroom.accounts.models import Invitation, Role, User
from postroom.doors.entry import pages
from postroom.lib.errors import PostroomError


class NewUser(forms.Form):
    """Whoever joins by an invitation; the link has proved the address."""

    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput({"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="Ten characters or more; a sentence is fine.",
        strip=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show the invitation; a POST accepts it."""
    try:
        invitation = services.open_invitation(token=token)
    except PostroomError as error:
        return pages.say(
            request, error.message, error.help, status=404, link="/accounts/sign-in", link_text="Sign in"
        )
    way = _way(request, invitation)
    form = NewUser(request.POST if request.method == "POST" and way == "new" else None)
    if request.method == "POST":
        try:
            if way == "join":
                services.accept_invitation(token=token, user=cast(User, request.user))
                return redirect("app")
            if way == "new" and form.is_valid():
                user = services.join_by_invitation(token=token, **form.cleaned_data)
                return cast(HttpResponse, perform_login(request, Login(user=user, email=user.email)))
        except PostroomError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, invitation, way, form)


def _way(request: HttpRequest, invitation: Invitation) -> str:
    if request.user.is_authenticated:
        mine = cast(User, request.user).email.lower() == invitation.email.lower()
        return "join" if mine else "sign_out"
    return "sign_in" if queries.user_by_email(invitation.email) else "new"


def _page(request: HttpRequest, invitation: Invitation, way: str, form: NewUser) -> HttpResponse:
    inviter = invitation.invited_by
    context = {
        "invitation": invitation,
        "inviter": (inviter.name or inviter.email) if inviter else "Somebody",
        "role": Role(invitation.role).label,
        "way": way,
        "form": form,
    }
    return render(request, "entry/invitation.html", context, status=422 if form.errors else 200)
