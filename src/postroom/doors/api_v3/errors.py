"""How this door refuses: always `{"error", "message"}`, in the words that Kit's clients compare."""

from __future__ import annotations


class V3Error(Exception):
    """An answer of 400 and above."""

    def __init__(self, status: int, error: str, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.message = message
        self.retry_after_s = retry_after_s


def not_found() -> V3Error:
    """The ordinary 404."""
    return V3Error(404, "Not Found", "The entity you were trying to find doesn't exist")


def tag_not_found() -> V3Error:
    """Subscribing to a tag that does not exist."""
    return V3Error(404, "Tag not found", "")


def course_not_found() -> V3Error:
    """Subscribing to a sequence that does not exist."""
    return V3Error(404, "Course not found", "")


def unauthorized(message: str) -> V3Error:
    """A missing, unknown or insufficient key."""
    return V3Error(401, "Authorization Failed", message)


def email_missing() -> V3Error:
    """A call about an address without one."""
    return V3Error(422, "Missing parameter", "Subscriber email is required")


def email_invalid() -> V3Error:
    """A malformed address."""
    return V3Error(422, "Error updating subscriber", "Email address is invalid")


def invalid(message: str) -> V3Error:
    """Any other input that cannot be taken."""
    return V3Error(422, "Validation failed", message)
