"""What can be wrong with a webhook and its deliveries."""

from __future__ import annotations

from postroom.lib.errors import Conflict, Invalid, NotFound


class HookNotFound(NotFound):
    """No such webhook in this account."""

    code = "webhook_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such webhook.", help="Load the list again; it may have been deleted.")


class DeliveryNotFound(NotFound):
    """No such delivery in this account."""

    code = "webhook_delivery_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such delivery.", help="It may be older than deliveries are kept.")


class HookInvalid(Invalid):
    """A value cannot be taken; `field` names it."""

    code = "webhook_invalid"


class NotFinished(Conflict):
    """The delivery is still being tried."""

    code = "webhook_delivery_waits"

    def __init__(self) -> None:
        super().__init__("This delivery is still on its way.", help="Wait until it succeeds or gives up.")


class HookStopped(Conflict):
    """The webhook is not in the state that the act needs."""

    code = "webhook_state"
