"""The base of every expected error: a code for programs, a cause and a next step for people."""

from __future__ import annotations


class PostroomError(Exception):
    """`message` says what is wrong, `help` what to do; `status` is what a door over HTTP answers."""

    status = 400
    code = "error"

    def __init__(
        self, message: str, *, code: str | None = None, help: str = "", field: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.help = help
        self.field = field


class Invalid(PostroomError):
    """The input cannot be taken as it is."""

    status = 422
    code = "invalid"


class NotFound(PostroomError):
    """No such thing in this account."""

    status = 404
    code = "not_found"


class Conflict(PostroomError):
    """The thing has moved on since the caller looked."""

    status = 409
    code = "conflict"


class Forbidden(PostroomError):
    """The caller may not do this."""

    status = 403
    code = "forbidden"


class Limited(PostroomError):
    """Too many of these in too short a time; `retry_after_s` says how long to wait."""

    status = 429
    code = "limited"

    def __init__(self, message: str, *, retry_after_s: int = 60, help: str = "") -> None:
        super().__init__(message, help=help)
        self.retry_after_s = retry_after_s
