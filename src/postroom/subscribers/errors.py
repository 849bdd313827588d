"""What can be wrong with a call about people."""

from __future__ import annotations

from postroom.lib.errors import Conflict, Invalid, NotFound


class InvalidEmail(Invalid):
    """The address cannot receive mail as written. `reason`: empty, no_at, malformed or too_long."""

    code = "invalid_email"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, help="Write it like name@example.com.", field="email")
        self.reason = reason


class EmailTaken(Conflict):
    """Somebody else in the account has the address."""

    code = "email_taken"

    def __init__(self) -> None:
        super().__init__(
            "Somebody on your list already has this address.",
            help="Open that person, or choose another address.",
            field="email",
        )


class SubscriberNotFound(NotFound):
    """No such person in this account."""

    code = "subscriber_not_found"

    def __init__(self) -> None:
        super().__init__(
            "This subscriber does not exist.", help="It may have been deleted; look in the list."
        )


class TagNotFound(NotFound):
    """No such tag in this account."""

    code = "tag_not_found"

    def __init__(self) -> None:
        super().__init__(
            "This tag does not exist.", help="It may have been deleted; look in the list of tags."
        )


class FieldNotFound(NotFound):
    """No such custom field in this account."""

    code = "field_not_found"

    def __init__(self) -> None:
        super().__init__(
            "This custom field does not exist.", help="It may have been deleted; look in the list of fields."
        )


class NameBlank(Invalid):
    """A tag or field without a name."""

    code = "blank"


class NameTaken(Invalid):
    """A tag or field with this name exists."""

    code = "taken"


class NameTooLong(Invalid):
    """A name beyond 255 characters."""

    code = "too_long"


class TooManyFields(Invalid):
    """The account would have more custom fields than a person may carry."""

    code = "too_many_fields"


class TooManyPeople(Invalid):
    """An act on more people than one may touch."""

    code = "too_many_people"


class NothingToUndo(NotFound):
    """The act is unknown, too old, or was undone already."""

    code = "nothing_to_undo"
