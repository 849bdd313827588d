"""Routes of this door. The names are those by which allauth finds its own pages."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path
from django.urls.resolvers import URLPattern, URLResolver

from postroom.doors.entry import files, home, invitations, signing_in, welcome
from postroom.doors.entry.pages import guard


def _page(route: str, view: Any, name: str, *, script: bool = False) -> URLPattern:
    return path(route, guard(view, script=script), name=name)


urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show_home, name="home"),
    path("static/<str:folder>/<path:name>", files.send_static, name="static"),
    path("app", files.show_app),
    path("app/", files.show_app, name="app"),
    path("app/<path:path>", files.show_app),
    _page("welcome", welcome.start, "welcome"),
    re_path(
        r"^welcome/(?P<step>you|letter|sending|people|ready)$", guard(welcome.show_step), name="welcome_step"
    ),
    _page("accounts/invitation/<str:token>", invitations.accept, "invitation"),
    _page("accounts/sign-in", signing_in.SignIn.as_view(), "account_login", script=True),
    _page("accounts/sign-out", account.logout, "account_logout"),
    _page("accounts/join", account.signup, "account_signup"),
    _page("accounts/inactive", account.account_inactive, "account_inactive"),
    _page("accounts/passkey", signing_in.PasskeySignIn.as_view(), "mfa_login_webauthn"),
    _page("accounts/code", mfa.authenticate, "mfa_authenticate", script=True),
    _page("accounts/reset", account.password_reset, "account_reset_password"),
    _page("accounts/reset/sent", account.password_reset_done, "account_reset_password_done"),
    _page(
        "accounts/reset/done", account.password_reset_from_key_done, "account_reset_password_from_key_done"
    ),
    re_path(
        r"^accounts/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[\w-]+)$",
        guard(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    _page("accounts/email", account.email, "account_email"),
    _page("accounts/email/sent", account.email_verification_sent, "account_email_verification_sent"),
    re_path(
        r"^accounts/email/confirm/(?P<key>[-:\w]+)$",
        guard(account.confirm_email),
        name="account_confirm_email",
    ),
    _page("accounts/confirm", account.reauthenticate, "account_reauthenticate"),
    _page("accounts/confirm/code", mfa.reauthenticate, "mfa_reauthenticate"),
    _page(
        "accounts/confirm/passkey",
        webauthn.reauthenticate_webauthn,
        "mfa_reauthenticate_webauthn",
        script=True,
    ),
    _page("accounts/security", signing_in.show_security, "mfa_index"),
    _page("accounts/security/sessions", signing_in.end_session, "usersessions_list"),
    _page("accounts/security/password", account.password_change, "account_change_password"),
    _page("accounts/security/password/new", account.password_set, "account_set_password"),
    _page("accounts/security/app", totp.activate_totp, "mfa_activate_totp"),
    _page("accounts/security/app/off", totp.deactivate_totp, "mfa_deactivate_totp"),
    _page("accounts/security/codes", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _page("accounts/security/codes/new", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _page("accounts/security/codes/file", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    _page("accounts/security/passkeys", signing_in.show_security, "mfa_list_webauthn"),
    _page("accounts/security/passkeys/new", signing_in.AddPasskey.as_view(), "mfa_add_webauthn", script=True),
    _page("accounts/security/passkeys/<int:pk>/remove", webauthn.remove_webauthn, "mfa_remove_webauthn"),
    _page("accounts/security/passkeys/<int:pk>/name", webauthn.edit_webauthn, "mfa_edit_webauthn"),
]
