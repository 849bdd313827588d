"""The second look at who calls, before secrets are shown or things are destroyed."""

from __future__ import annotations

from postroom.accounts import services
from postroom.doors.native.auth import Caller
from postroom.lib.errors import Forbidden, Limited


def demand_password(who: Caller, password: str) -> None:
    """Raises Forbidden for tokens, WrongPassword, Limited after ten tries within a minute."""
    if who.by_token:
        raise Forbidden("A token cannot do this.", help="Sign in with a browser and do it under Settings.")
    allowed = services.limiter.hit(key=f"reauth:{who.user.pk}", limit=10, window_s=60)
    if not allowed.ok:
        raise Limited(
            "Too many tries.",
            retry_after_s=allowed.retry_after_s,
            help=f"Wait {allowed.retry_after_s} seconds and try again.",
        )
    if not who.user.has_usable_password():
        raise Forbidden(
            "You have no password yet.",
            code="no_password",
            field="password",
            help="Set one at /accounts/security, then come back.",
        )
    services.check_password(user=who.user, password=password)
