"""`/`: leads everybody to where they can go on."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from postroom.accounts import services
from postroom.accounts.models import User


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """To the first run, the sign-in page or the screens."""
    if not User.objects.exists():
        return redirect("welcome")
    if not request.user.is_authenticated:
        return redirect("account_login")
    if services.runs_installation(cast(User, request.user)) and services.is_first_run():
        return redirect("welcome")
    return redirect("app")
