"""What goes wrong with accounts, users and keys."""

from __future__ import annotations

from postroom.lib.errors import Conflict, Forbidden, Invalid, Limited, NotFound, PostroomError


class AccountNotFound(NotFound):
    """No account with this id."""

    code = "account_not_found"


class UserExists(Conflict):
    """The address belongs to a user already."""

    code = "user_exists"


class UserNotFound(NotFound):
    """Nobody has this address."""

    code = "user_not_found"


class WrongPassword(Forbidden):
    """Re-authentication failed."""

    code = "wrong_password"


class WrongSetupCode(Invalid):
    """Not the code that the console printed last."""

    code = "wrong_setup_code"


class InvitationClosed(NotFound):
    """The invitation was used, revoked, has expired or never was."""

    code = "invitation_closed"


class LastOwner(Conflict):
    """An account needs an owner."""

    code = "last_owner"


class NotAllowed(Forbidden):
    """The user's role does not reach this."""

    code = "role"


class CannotUnseal(PostroomError):
    """A stored secret was sealed with a key that this installation no longer has."""

    status = 500
    code = "cannot_unseal"


__all__ = [
    "AccountNotFound",
    "CannotUnseal",
    "Conflict",
    "Forbidden",
    "Invalid",
    "InvitationClosed",
    "LastOwner",
    "Limited",
    "NotAllowed",
    "NotFound",
    "PostroomError",
    "UserExists",
    "UserNotFound",
    "WrongPassword",
    "WrongSetupCode",
]
