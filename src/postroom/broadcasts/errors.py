"""What can be wrong with a broadcast, in sentences that say what to do."""

from __future__ import annotations

from postroom.lib.errors import Conflict, Invalid, NotFound


class BroadcastNotFound(NotFound):
    """No broadcast of that id in this account."""

    code = "broadcast_not_found"


class Stale(Conflict):
    """The letter was saved elsewhere since the caller read it."""

    code = "stale"


class WrongState(Conflict):
    """The act does not fit the state the broadcast is in now."""

    code = "wrong_state"


class CannotLeave(Conflict):
    """Nothing can leave now: no mail server, or no room on the disk."""

    code = "cannot_leave"


class NotReady(Invalid):
    """Something is missing that every letter needs."""

    code = "not_ready"


class TooLong(Invalid):
    """A line of the letter beyond what one may have."""

    code = "too_long"


class BadTime(Invalid):
    """Not a time in a zone that the machine knows."""

    code = "bad_time"


class BadPolicy(Invalid):
    """Not one of the ways to treat messages whose answer was lost."""

    code = "bad_policy"


class BadAudience(Invalid):
    """Not an audience: tags that do not exist, or not the shape of one."""

    code = "bad_audience"
