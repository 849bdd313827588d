"""While it leaves: pause, resume, cancel. The broadcast and its send move in one transaction."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from postroom.broadcasts import queries, rules
from postroom.broadcasts.errors import WrongState
from postroom.broadcasts.models import Broadcast, BroadcastState, PauseReason
from postroom.broadcasts.services.schedule import forget_held, start_if_due
from postroom.lib import clock
from postroom.sending import services as sending
from postroom.sending.models import Send


@transaction.atomic
def pause(*, account_id: int, broadcast_id: int) -> Broadcast:
    """Stop after what is in the air. Raises BroadcastNotFound, WrongState."""
    broadcast = queries.get(account_id, broadcast_id)
    moved = Broadcast.objects.filter(
        account_id=account_id, id=broadcast_id, state__in=rules.LIVE, send_id=broadcast.send_id
    ).update(state=BroadcastState.PAUSED, pause_reason=PauseReason.HAND)
    if not moved or broadcast.send_id is None:
        raise _wrong(broadcast, "paused")
    sending.pause_send(account_id=account_id, send_id=broadcast.send_id, reason=PauseReason.HAND)
    return queries.get(account_id, broadcast_id)


@transaction.atomic
def resume(*, account_id: int, broadcast_id: int) -> Broadcast:
    """Go on where it stood; one that was held before its expansion is scheduled for now and asked again.

    Raises BroadcastNotFound, WrongState."""
    broadcast = queries.get(account_id, broadcast_id)
    if broadcast.held_before_expansion:
        moved = Broadcast.objects.filter(
            account_id=account_id, id=broadcast_id, state=BroadcastState.PAUSED, held_before_expansion=True
        ).update(state=BroadcastState.SCHEDULED, pause_reason="", held_before_expansion=False, send_at=Now())
        if moved:  # held again at once, it says so anew, with the reason of now
            forget_held(account_id, broadcast_id)
            start_if_due(account_id=account_id, broadcast_id=broadcast_id)
    else:
        moved = _resume_send(broadcast)
        forget_held(account_id, broadcast_id)
    if not moved:
        raise _wrong(broadcast, "resumed")
    return queries.get(account_id, broadcast_id)


@transaction.atomic
def cancel(*, account_id: int, broadcast_id: int) -> Broadcast:
    """What has not left never will. Final. Raises BroadcastNotFound, WrongState."""
    broadcast = queries.get(account_id, broadcast_id)
    moved = Broadcast.objects.filter(
        account_id=account_id,
        id=broadcast_id,
        state__in=rules.WAITS_OR_RUNS,
        held_before_expansion=False,
        send_id=broadcast.send_id,
    ).update(state=BroadcastState.ABORTED, pause_reason="", finished_at=clock.now())
    if not moved or broadcast.send_id is None:
        raise _wrong(broadcast, "cancelled")
    sending.cancel_send(account_id=account_id, send_id=broadcast.send_id)
    forget_held(account_id, broadcast_id)
    return queries.get(account_id, broadcast_id)


def _resume_send(broadcast: Broadcast) -> int:
    send = Send.objects.filter(account_id=broadcast.account_id, id=broadcast.send_id).first()
    if send is None:
        return 0
    state = BroadcastState.QUEUED if send.expanded_at else BroadcastState.EXPANDING
    moved = Broadcast.objects.filter(
        account_id=broadcast.account_id, id=broadcast.pk, state=BroadcastState.PAUSED, send_id=send.pk
    ).update(state=state, pause_reason="")
    if moved:
        sending.resume_send(account_id=broadcast.account_id, send_id=send.pk)
    return moved


def _wrong(broadcast: Broadcast, act: str) -> WrongState:
    word = rules.label(broadcast.state, broadcast.pause_reason).lower()
    return WrongState(
        f"A broadcast that is {word} cannot be {act}.", help="Load the page again: it may have moved on."
    )
