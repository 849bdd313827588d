"""`/security`: how and where the caller is signed in. Changes happen at /accounts/security."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from ninja import Router, Schema, Status

from postroom.doors.native.auth import READERS, caller
from postroom.lib.errors import Forbidden, NotFound

router = Router(tags=["security"])


class SessionRow(Schema):
    """A browser in which the caller is signed in."""

    id: int
    user_agent: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


class SecurityOut(Schema):
    """The caller's ways to sign in, and their browsers."""

    has_totp: bool
    passkeys: int
    recovery_codes: bool
    sessions: list[SessionRow]


@router.get("/security", response=SecurityOut)
def read_security(request: HttpRequest) -> dict[str, Any]:
    """How the caller signs in, and where they are signed in."""
    who = caller(request)
    kinds = list(Authenticator.objects.filter(user=who.user).values_list("type", flat=True))
    living = UserSession.objects.purge_and_list(who.user)
    here = None if who.by_token else request.session.session_key
    return {
        "has_totp": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "recovery_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions": [
            {
                "id": each.pk,
                "user_agent": each.user_agent,
                "ip": each.ip,
                "created_at": each.created_at,
                "last_seen_at": each.last_seen_at,
                "is_current": each.session_key == here,
            }
            for each in living
        ],
    }


@router.delete("/security/sessions/{session_id}", response={204: None}, auth=READERS)
def end_session(request: HttpRequest, session_id: int) -> Status[None]:
    """Sign the caller out in another browser."""
    who = caller(request)
    if who.by_token:
        raise Forbidden("A token cannot end sessions.", help="Sign in with a browser.")
    found = UserSession.objects.filter(user=who.user, id=session_id).first()
    if found is None:
        raise NotFound("There is no such session any more.", help="Load the list again.")
    found.end()
    return Status(204, None)
