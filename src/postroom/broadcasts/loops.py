"""What the scheduler does for broadcasts, again and again. Each round may run twice and may be killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.db.models.functions import Now
from psycopg_pool import PoolTimeout

from postroom.accounts.models import Account
from postroom.broadcasts import queries, rules
from postroom.broadcasts.models import Broadcast, BroadcastState, PauseReason
from postroom.broadcasts.services.schedule import start_if_due, tell_held
from postroom.lib import clock, disk, sql
from postroom.sending import inbox, outlet
from postroom.sending import queries as sends
from postroom.sending import services as sending
from postroom.sending.models import Chunk, ChunkState, Send
from postroom.settings import load

log = structlog.get_logger("postroom.broadcasts")


def start_due(stop: Event) -> int:
    """Start, or hold, every letter whose time has come."""
    due = Broadcast.objects.filter(state=BroadcastState.SCHEDULED, send_at__lte=Now()).order_by("send_at")
    return _each(due[:100], lambda b: start_if_due(account_id=b.account_id, broadcast_id=b.pk), stop)


def expand_audiences(stop: Event) -> int:
    """Write one slice of every expanding broadcast; the last one queues it."""
    waiting = Broadcast.objects.filter(state=BroadcastState.EXPANDING).order_by("started_at")
    if is_disk_low():
        return _each(waiting, lambda b: hold_live(b, PauseReason.DISK), stop)
    return _each(waiting, _expand_slice, stop)


@transaction.atomic
def _expand_slice(broadcast: Broadcast) -> int:
    # The row is locked for the slice: a pause or a cancel waits for its end, or is seen before it begins.
    held = (
        Broadcast.objects.select_for_update(skip_locked=True)
        .filter(account_id=broadcast.account_id, id=broadcast.pk, state=BroadcastState.EXPANDING)
        .first()
    )
    if held is None or held.send_id is None:
        return 0
    if sending.expand(
        account_id=held.account_id,
        send_id=held.send_id,
        audience=held.audience,
        more=queries.audience_condition(held.account_id, held.audience),
    ):
        Broadcast.objects.filter(
            account_id=held.account_id, id=held.pk, state=BroadcastState.EXPANDING
        ).update(state=BroadcastState.QUEUED)
    return 1


def follow_sends(stop: Event) -> int:
    """Bring broadcasts up with their sends: begun, stopped by the sender, ended."""
    did = _each(Broadcast.objects.filter(state=BroadcastState.QUEUED), _follow_start, stop)
    stopped = Send.objects.filter(flow="paused", finished_at=None, send_day__isnull=False).exclude(
        pause_reason=PauseReason.HAND
    )
    did += _each(stopped, _follow_stop, stop)
    while sending.sweep_cancelled():
        did += 1
    return did + _each(sending.list_ended(), lambda ended: _complete(*ended), stop)


def _each(things: Iterable[Any], act: Callable[[Any], int], stop: Event) -> int:
    # One letter that cannot be moved must not hold up those of everybody behind it.
    did = 0
    for thing in list(things):
        if stop.is_set():
            break
        try:
            did += act(thing)
        except (OperationalError, PoolTimeout):
            raise  # the database is away: for all of them
        except Exception as error:
            which = thing.pk if isinstance(thing, Broadcast | Send) else thing
            log.error("a broadcast cannot go on", which=which, reason=type(error).__name__, exc_info=error)
    return did


def _follow_start(broadcast: Broadcast) -> int:
    begun = Chunk.objects.filter(account_id=broadcast.account_id, send_id=broadcast.send_id).exclude(
        state=ChunkState.OPEN
    )
    if not begun.exists():
        return 0
    return Broadcast.objects.filter(
        account_id=broadcast.account_id, id=broadcast.pk, state=BroadcastState.QUEUED
    ).update(state=BroadcastState.SENDING)


@transaction.atomic
def _follow_stop(send: Send) -> int:
    broadcast = (
        Broadcast.objects.select_for_update()
        .filter(account_id=send.account_id, send_id=send.pk, state__in=rules.LIVE)
        .first()
    )
    if broadcast is None:
        return 0
    broadcast.state, broadcast.pause_reason = BroadcastState.PAUSED, send.pause_reason
    broadcast.save(update_fields=["state", "pause_reason"])
    tell_held(broadcast, send.pause_reason)
    return 1


@transaction.atomic
def _complete(account_id: int, send_id: int) -> int:
    """End a send and its broadcast together, locked in the order in which every move of both locks them."""
    broadcast = (
        Broadcast.objects.select_for_update(no_key=True)
        .filter(
            account_id=account_id, send_id=send_id, state__in=(BroadcastState.QUEUED, BroadcastState.SENDING)
        )
        .first()
    )
    if sending.finish_send(account_id=account_id, send_id=send_id) is None:
        return 0
    if broadcast is None:
        return 1
    broadcast.state = BroadcastState.COMPLETED
    if broadcast.finished_at is None:  # else it only sent again what had not arrived
        broadcast.finished_at = clock.now()
        sql.execute(
            "SELECT events_record(%s, 'broadcast_completed', NULL, %s, '{}')", [account_id, broadcast.pk]
        )
    broadcast.save(update_fields=["state", "finished_at"])
    _tell_result(broadcast, send_id)
    return 1


def _tell_result(broadcast: Broadcast, send_id: int) -> None:
    # Also for a list too short for the guard: refused by the server as a whole, it must not just be "Sent".
    from postroom.accounts import services as accounts

    ledger = sends.ledger(broadcast.account_id, send_id)
    key = f"broadcast-refused-{broadcast.pk}"
    if ledger.accepted or not ledger.refused:
        accounts.resolve_notice(account_id=broadcast.account_id, key=key)
        return
    accounts.notify(
        account_id=broadcast.account_id,
        key=key,
        level="alarm",
        title=f"“{broadcast.subject or 'Untitled'}” reached nobody",
        body="The mail server refused every copy for no fault of the addresses. The report says in whose "
        "words; mend that, then send it to the refused again.",
        action_label="Open the report",
        action_url=f"/app/broadcasts/{broadcast.pk}",
    )


def watch_outlets(stop: Event) -> int:
    """Hold what cannot leave: letters of accounts whose mail server is gone, everything when the disk is
    full."""
    relay, low = outlet.relay_url(), is_disk_low()

    def watch(broadcast: Broadcast) -> int:
        send = Send.objects.filter(account_id=broadcast.account_id, id=broadcast.send_id).first()
        if send is None:
            return 0
        if not send.rehearsed and not relay and not broadcast.account.is_demo:
            return hold_live(broadcast, PauseReason.NO_OUTLET)
        return hold_live(broadcast, PauseReason.DISK) if low else 0

    _each(Broadcast.objects.filter(state__in=rules.LIVE).select_related("account"), watch, stop)
    for account in Account.objects.filter(sent_by_smtp_at__isnull=False, is_demo=False):
        _watch_account(account, relay)
    return 0


def _watch_account(account: Account, relay: str | None) -> None:
    from postroom.accounts import services as accounts

    if relay:
        accounts.resolve_notice(account_id=account.pk, key="no-outlet")
        return
    waits = Chunk.objects.filter(account_id=account.pk, state=ChunkState.OPEN, mail_class__lte=1).exists()
    if waits:
        accounts.notify(
            account_id=account.pk,
            key="no-outlet",
            level="alarm",
            title="Mail waits: no mail server is set",
            body="This account has sent by SMTP before, so its mail does not fall back to the test inbox. "
            "Confirmations, sign-in mails and sequences leave as soon as a server is set again.",
            action_label="Set the server",
            action_url="/app/settings/sending",
        )


@transaction.atomic
def hold_live(broadcast: Broadcast, reason: str) -> int:
    """Stop a letter that is on its way, with a reason that is not a hand."""
    moved = Broadcast.objects.filter(
        account_id=broadcast.account_id, id=broadcast.pk, state__in=rules.LIVE, send_id=broadcast.send_id
    ).update(state=BroadcastState.PAUSED, pause_reason=reason)
    if moved and broadcast.send_id is not None:
        sending.pause_send(account_id=broadcast.account_id, send_id=broadcast.send_id, reason=reason)
        tell_held(broadcast, reason)
    return moved


def trim_inbox(_: Event) -> int:
    """Keep the test inbox within its bounds."""
    settings = load()
    inbox.trim(most=settings.inbox_max_messages, most_bytes=settings.inbox_max_bytes)
    return 0


def renew_times(_: Event) -> int:
    """Compute scheduled instants anew from their wall times: a government may have moved the clocks."""
    for broadcast in Broadcast.objects.filter(state=BroadcastState.SCHEDULED).exclude(send_wall=""):
        due = rules.resolve_wall(broadcast.send_wall, broadcast.send_zone)
        if due != broadcast.send_at:
            Broadcast.objects.filter(
                account_id=broadcast.account_id,
                id=broadcast.pk,
                state=BroadcastState.SCHEDULED,
                send_wall=broadcast.send_wall,
            ).update(send_at=due)
    return 0


def is_disk_low() -> bool:
    """Whether sends must stop for want of disk space."""
    settings = load()
    return disk.is_low(settings.data, settings.min_free_disk())
