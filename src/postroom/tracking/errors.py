"""What can be wrong with a link that a reader follows."""

from __future__ import annotations

from postroom.lib.errors import Limited, NotFound


class LinkSpent(NotFound):
    """A link to take an address over that is damaged, too old, or was used."""

    code = "link_invalid"

    def __init__(self) -> None:
        super().__init__(
            "This link was used, or it is too old.",
            help="Ask for the change again, on the page behind “Update your profile” in any letter.",
        )


class TooManyMoves(Limited):
    """More mails to new addresses than one person or one mailbox may get in a day."""

    code = "limited"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            "Several emails have gone to new addresses today already.",
            retry_after_s=retry_after_s,
            help="Look for one of them, or try again tomorrow.",
        )
