"""From draft to the start: schedule, unschedule, and what happens when the time has come."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Now

from postroom.accounts import services as accounts
from postroom.accounts.models import Account
from postroom.broadcasts import queries, rules
from postroom.broadcasts.errors import BadTime, NotReady, WrongState
from postroom.broadcasts.models import Broadcast, BroadcastState, PauseReason
from postroom.broadcasts.services.preview import check_content, content_of, is_empty
from postroom.content import services as content
from postroom.content.models import ContentVersion
from postroom.lib import clock, disk
from postroom.sending import outlet
from postroom.sending import services as sending
from postroom.sending.compile import LetterFault
from postroom.settings import load

_WAITING = Q(state__in=(BroadcastState.DRAFT, BroadcastState.SCHEDULED)) | Q(
    state=BroadcastState.PAUSED, held_before_expansion=True
)


def schedule(*, account_id: int, broadcast_id: int, at: str | None, zone: str = "") -> Broadcast:
    """Send at a wall time of a zone (default: the account's), or with `at` None now. Answers the broadcast
    as it is then.

    Raises BroadcastNotFound, BadTime, NotReady (what is missing), WrongState."""
    broadcast = queries.get(account_id, broadcast_id)
    account = Account.objects.get(id=account_id)
    _demand_ready(account, broadcast)
    zone = zone or account.time_zone
    send_at = Now() if at is None else rules.resolve_wall(at, zone)
    if isinstance(send_at, datetime) and send_at <= clock.now():
        raise BadTime("This time has passed.", help="Choose a later one, or send now.", field="at")
    moved = Broadcast.objects.filter(_WAITING, account_id=account_id, id=broadcast_id).update(
        state=BroadcastState.SCHEDULED,
        pause_reason="",
        held_before_expansion=False,
        send_anyway=False,
        send_at=send_at,
        send_zone=zone,
        send_wall=at or "",
        updated_at=Now(),
    )
    if not moved:
        raise WrongState("This broadcast is on its way already.", help="Duplicate it to send it once more.")
    forget_held(account_id, broadcast_id)
    if at is None:
        start_if_due(account_id=account_id, broadcast_id=broadcast_id)
    return queries.get(account_id, broadcast_id)


def unschedule(*, account_id: int, broadcast_id: int) -> Broadcast:
    """Back to draft. Raises BroadcastNotFound, WrongState when it has begun."""
    moved = Broadcast.objects.filter(
        _WAITING & ~Q(state=BroadcastState.DRAFT), account_id=account_id, id=broadcast_id
    ).update(
        state=BroadcastState.DRAFT,
        pause_reason="",
        held_before_expansion=False,
        send_anyway=False,
        send_at=None,
        send_wall="",
        content_key="",
        updated_at=Now(),
    )
    broadcast = queries.get(account_id, broadcast_id)
    if not moved and broadcast.state != BroadcastState.DRAFT:
        raise WrongState("This broadcast has begun to leave.", help="Pause or cancel it instead.")
    forget_held(account_id, broadcast_id)
    return broadcast


def start_if_due(*, account_id: int, broadcast_id: int) -> bool:
    """Freeze a scheduled letter whose time has come and begin its expansion, or hold it with a reason.

    False when it is not due, or somebody else has taken or changed it in this moment."""
    due = Broadcast.objects.filter(
        account_id=account_id, id=broadcast_id, state=BroadcastState.SCHEDULED, send_at__lte=Now()
    ).first()
    if due is None:
        return False
    # It may have been edited since it was scheduled. Writing a letter may take a while, so it is asked
    # before anything is locked; a later revision is asked anew in the next round.
    return _start(due, _missing(Account.objects.get(id=account_id), due))


def _missing(account: Account, broadcast: Broadcast) -> str:
    try:
        _demand_ready(account, broadcast)
    except NotReady as missing:
        return f"{missing.message} {missing.help}"
    return ""


@transaction.atomic
def _start(due: Broadcast, missing: str) -> bool:
    account_id = due.account_id
    broadcast = (
        Broadcast.objects.select_for_update(skip_locked=True)
        .filter(account_id=account_id, id=due.pk, state=BroadcastState.SCHEDULED, send_at__lte=Now())
        .filter(revision=due.revision)
        .annotate(late_by=ExpressionWrapper(Now() - F("send_at"), output_field=DurationField()))
        .first()
    )
    if broadcast is None:
        return False
    # Two identical letters that start in the same moment must see each other.
    account = Account.objects.select_for_update(no_key=True).get(id=account_id)
    broadcast.content_key = rules.content_key(vars(broadcast))
    broadcast.save(update_fields=["content_key"])
    reason = _reason_to_hold(account, broadcast, broadcast.late_by) or (missing and PauseReason.UNREADY)
    if reason:
        hold(broadcast, reason, missing)
        return True
    version = freeze(broadcast)
    broadcast.send_id = sending.start_broadcast(
        account_id=account_id,
        broadcast_id=broadcast.pk,
        content_version_id=version.pk,
        rehearsed=outlet.way_of(account) == "inbox",
        ambiguous=broadcast.ambiguous or load().ambiguous,
    )
    broadcast.state = BroadcastState.EXPANDING
    broadcast.started_at = clock.now()
    broadcast.save(update_fields=["send_id", "state", "started_at"])
    return True


def hold(broadcast: Broadcast, reason: str, detail: str = "") -> None:
    """Stop a scheduled letter before its expansion and say why. Call it inside a transaction."""
    moved = Broadcast.objects.filter(
        account_id=broadcast.account_id, id=broadcast.pk, state=BroadcastState.SCHEDULED
    ).update(state=BroadcastState.PAUSED, pause_reason=reason, held_before_expansion=True)
    if moved:
        tell_held(broadcast, reason, detail)


def tell_held(broadcast: Broadcast, reason: str, detail: str = "") -> None:
    """Tell the account that a letter was stopped, by a notice with one verb."""
    title, body = _HELD_WORDS[reason]
    accounts.notify(
        account_id=broadcast.account_id,
        key=f"broadcast-held-{broadcast.pk}",
        level="alarm" if reason in (PauseReason.NO_OUTLET, PauseReason.DISK, PauseReason.GUARD) else "warn",
        title=title.format(subject=broadcast.subject or "Untitled"),
        body=body.format(hours=load().missed_after_hours, detail=detail),
        action_label="Look at it",
        action_url="/app/broadcasts?tab=sending",
    )


def forget_held(account_id: int, broadcast_id: int) -> None:
    """Close that notice: the letter has moved on."""
    accounts.resolve_notice(account_id=account_id, key=f"broadcast-held-{broadcast_id}")


def freeze(broadcast: Broadcast, *, tracked: bool = True, subject: str | None = None) -> ContentVersion:
    """The immutable version of a letter as it stands."""
    frozen = content_of(broadcast)
    if subject is not None:
        frozen["subject"] = subject
    return content.freeze(
        account_id=broadcast.account_id,
        **frozen,
        from_name=broadcast.sender[0],
        from_email=broadcast.sender[1],
        reply_to=broadcast.account.reply_to,
        footer=True,
        tracked=tracked,
    )


def demand_writable(account: Account, broadcast: Broadcast) -> None:
    """Raises NotReady with the place and the reason when the letter cannot be written."""
    try:
        check_content(account, broadcast)
    except LetterFault as fault:
        line = f"line {fault.line}: " if fault.line else ""
        raise NotReady(
            f"The letter cannot be written: {line}{fault.message}",
            help="Mend that place and look at the preview.",
            field={"subject": "subject", "from": "from_email"}.get(fault.part, "body"),
        ) from fault


def _reason_to_hold(account: Account, broadcast: Broadcast, late_by: timedelta) -> str:
    settings = load()
    if late_by > timedelta(hours=settings.missed_after_hours):
        return PauseReason.MISSED
    if outlet.way_of(account) is None:
        return PauseReason.NO_OUTLET
    if disk.is_low(settings.data, settings.min_free_disk()):
        return PauseReason.DISK
    if not broadcast.send_anyway and queries.find_identical(broadcast) is not None:
        return PauseReason.DUPLICATE
    return ""


def _demand_ready(account: Account, broadcast: Broadcast) -> None:
    if not broadcast.subject:
        raise NotReady("The letter has no subject.", help="Write one.", field="subject")
    if is_empty(broadcast.body):
        raise NotReady("The letter is empty.", help="Write something in it first.", field="body")
    if not broadcast.sender[1]:
        raise NotReady(
            "There is no address to send from.",
            help="Set a from address here or in the account's settings.",
            field="from_email",
        )
    if not account.postal_address.strip():
        raise NotReady(
            "The account has no postal address, which the law wants in every letter.",
            help="Add it in Settings, Account.",
            field="postal_address",
        )
    demand_writable(account, broadcast)
    if queries.names_deleted_tag(account.pk, broadcast.audience):
        raise NotReady(
            "The audience names a tag that was deleted meanwhile.",
            help="Choose the recipients again.",
            field="audience",
        )
    if queries.count_people(account.pk, broadcast.audience) == 0:
        raise NotReady("Nobody would get this letter.", help="Choose other recipients.", field="audience")


_HELD_WORDS = {
    PauseReason.DUPLICATE: (
        "“{subject}” is held: an identical letter waits or is being sent",
        "Nothing of this copy has left. Delete it, or send it anyway if both are meant.",
    ),
    PauseReason.MISSED: (
        "“{subject}” missed its time",
        "Nothing was running when it was due, more than {hours} h ago. Send it now, choose another time, "
        "or delete it.",
    ),
    PauseReason.NO_OUTLET: (
        "“{subject}” cannot leave: no mail server is set",
        "This account has sent by SMTP before, so its mail does not fall back to the test inbox. "
        "Set the server again, then resume.",
    ),
    PauseReason.DISK: (
        "“{subject}” is held: the disk is nearly full",
        "Free some space on the server, then resume.",
    ),
    PauseReason.UNREADY: (
        "“{subject}” is held: it was changed and is not ready to be sent",
        "{detail} Nothing has left. Mend it, then schedule it again or resume.",
    ),
    PauseReason.RESTORED: (
        "“{subject}” is held: this installation was restored from a backup",
        "Check what had left before the backup was made, then resume or cancel.",
    ),
    PauseReason.GUARD: (
        "“{subject}” was stopped: the mail server refuses almost all of it, or never answers",
        "See what the server says in the broadcast's log, mend that, then resume.",
    ),
}
