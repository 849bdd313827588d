"""What can be wrong with a form or a sign-up."""

from __future__ import annotations

from postroom.lib.errors import Invalid, NotFound


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
