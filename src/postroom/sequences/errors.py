"""What can be wrong with a sequence, its emails and its people."""

from __future__ import annotations

from postroom.lib.errors import Conflict, Invalid, NotFound


class SequenceNotFound(NotFound):
    """No such sequence in this account."""

    code = "sequence_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such sequence.", help="Look at the list of sequences; it may be gone.")


class EmailNotFound(NotFound):
    """No such email in this sequence."""

    code = "sequence_email_not_found"

    def __init__(self) -> None:
        super().__init__("This sequence has no such email.", help="Load the sequence again; it may be gone.")


class NotInSequence(NotFound):
    """The person is not in the sequence."""

    code = "not_in_sequence"

    def __init__(self) -> None:
        super().__init__("This person is not in the sequence.", help="Load the list again.")


class SequenceInvalid(Invalid):
    """A value cannot be taken; `field` names it."""

    code = "sequence_invalid"


class Stale(Conflict):
    """The email was saved elsewhere since the caller read it."""

    code = "stale"
