"""What can be wrong with a form or a sign-up."""

from __future__ import annotations

from postroom.lib.errors import Invalid, Limited, NotFound


class FormNotFound(NotFound):
    """No such form in this account."""

    code = "form_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such form.", help="Look at the list of forms; it may be gone.")


class FormInvalid(Invalid):
    """A setting of a form cannot be taken; `field` names it."""

    code = "form_invalid"


class TokenInvalid(NotFound):
    """A confirmation link that was damaged or is not ours."""

    code = "link_invalid"

    def __init__(self) -> None:
        super().__init__(
            "This link is damaged or too old.",
            help="Sign up again; a new email with a fresh link follows.",
        )


class CodeInvalid(Invalid):
    """A mailed code, or the address to mail one to, is not good."""

    code = "code_invalid"


class TooManyCodes(Limited):
    """Several codes were mailed to this person already; wait `retry_after_s` seconds."""

    code = "too_many_codes"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("Several codes are on their way to this address.", help="Look for the latest email.")
        self.retry_after_s = retry_after_s
