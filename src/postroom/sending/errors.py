"""What can be wrong with an order to send, in sentences."""

from __future__ import annotations

from postroom.lib.errors import Conflict, Invalid, Limited, NotFound


class SendNotFound(NotFound):
    """No send of that id in this account."""

    code = "send_not_found"


class SendMoved(Conflict):
    """The send was paused, resumed, cancelled or finished by somebody else a moment ago."""

    code = "send_moved"


class NothingToResend(Conflict):
    """No row of the send is in the state that was to be sent again."""

    code = "nothing_to_resend"


class TooManyTests(Limited):
    """More test mails than the account may send in an hour."""

    code = "limited"

    def __init__(self, limit: int, retry_after_s: int) -> None:
        super().__init__(
            f"Up to {limit} test emails leave in an hour, and these would be more.",
            retry_after_s=retry_after_s,
            help="Wait a little, or look at the preview meanwhile.",
        )


class AddressRefused(Invalid):
    """Not an address that mail can be sent to."""

    code = "bad_address"


class AttachmentRefused(Invalid):
    """Mail of the house carries no attachments; the file belongs behind a link."""

    code = "attachment"
