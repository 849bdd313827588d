"""Send again what was refused for no fault of its address, or whose answer was lost."""

from __future__ import annotations

from django.db import transaction

from postroom.broadcasts import queries, rules
from postroom.broadcasts.errors import CannotLeave, WrongState
from postroom.broadcasts.models import Broadcast, BroadcastState
from postroom.lib import disk
from postroom.sending import outlet
from postroom.sending import services as sending
from postroom.sending.models import Send
from postroom.sending.services.resend import Which
from postroom.settings import load

_BEGUN = (BroadcastState.QUEUED, BroadcastState.SENDING, BroadcastState.PAUSED, BroadcastState.COMPLETED)


@transaction.atomic
def resend(*, account_id: int, broadcast_id: int, which: Which = "uncertain") -> int:
    """Put exactly these rows back on their way, each under its old Message-ID. Answers how many.

    A completed broadcast is being sent again until they are settled; a paused one stays paused.
    Raises BroadcastNotFound, WrongState, CannotLeave, NothingToResend."""
    held = Broadcast.objects.select_for_update(no_key=True).filter(account_id=account_id, id=broadcast_id)
    broadcast = held.first() or queries.get(account_id, broadcast_id)
    if broadcast.send_id is None or broadcast.state not in _BEGUN or broadcast.held_before_expansion:
        word = rules.label(broadcast.state, broadcast.pause_reason).lower()
        raise WrongState(
            f"A broadcast that is {word} has nothing to send again.",
            help="Duplicate it to write to these people once more.",
        )
    _demand_way(broadcast)
    count = sending.resend(account_id=account_id, send_id=broadcast.send_id, which=which)
    if broadcast.state == BroadcastState.COMPLETED:
        broadcast.state = BroadcastState.SENDING
        broadcast.save(update_fields=["state"])
    return count


def _demand_way(broadcast: Broadcast) -> None:
    """Before a row is touched: what would be held at once is not put back on its way."""
    settings = load()
    if disk.is_low(settings.data, settings.min_free_disk()):
        raise CannotLeave("The disk is nearly full.", help="Free some space on the server, then try again.")
    rehearsed = Send.objects.filter(
        account_id=broadcast.account_id, id=broadcast.send_id, rehearsed=True
    ).exists()
    if not rehearsed and not broadcast.account.is_demo and not outlet.relay_url():
        raise CannotLeave("No mail server is set.", help="Set it in Settings, Sending, then try again.")
