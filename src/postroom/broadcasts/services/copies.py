"""Second copies on purpose: send anyway, send for real, test mails."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models.functions import Now

from postroom.accounts.models import Account
from postroom.broadcasts import queries
from postroom.broadcasts.errors import NotReady, WrongState
from postroom.broadcasts.models import Broadcast, BroadcastState, PauseReason
from postroom.broadcasts.services.schedule import demand_writable, forget_held, freeze, start_if_due
from postroom.lib import clock
from postroom.sending import outlet
from postroom.sending import services as sending
from postroom.sending.models import Send
from postroom.settings import load

MOST_TEST_ADDRESSES = 10


@transaction.atomic
def send_anyway(*, account_id: int, broadcast_id: int) -> Broadcast:
    """Release a copy that was held as a duplicate. Raises BroadcastNotFound, WrongState."""
    moved = Broadcast.objects.filter(
        account_id=account_id,
        id=broadcast_id,
        state=BroadcastState.PAUSED,
        pause_reason=PauseReason.DUPLICATE,
        held_before_expansion=True,
    ).update(
        state=BroadcastState.SCHEDULED,
        pause_reason="",
        held_before_expansion=False,
        send_anyway=True,
        send_at=Now(),
    )
    broadcast = queries.get(account_id, broadcast_id)
    if not moved:
        raise WrongState("This broadcast is not held as a copy.", help="Load the page again.")
    forget_held(account_id, broadcast_id)
    start_if_due(account_id=account_id, broadcast_id=broadcast_id)
    broadcast.refresh_from_db()
    return broadcast


@transaction.atomic
def send_for_real(*, account_id: int, broadcast_id: int) -> Broadcast:
    """Send a rehearsed letter through the mail server: a new send with new ledger rows; the rehearsal's stay.

    Raises BroadcastNotFound, WrongState when it was no rehearsal, NotReady without a mail server."""
    broadcast = queries.get(account_id, broadcast_id)
    old = Send.objects.filter(account_id=account_id, id=broadcast.send_id).first()
    if old is None or not old.rehearsed or old.content_version_id is None:
        raise WrongState("Only a rehearsed broadcast can be sent for real.")
    account = Account.objects.select_for_update(no_key=True).get(id=account_id)
    if outlet.way_of(account) != "smtp":
        raise NotReady(
            "A demo account never sends real mail."
            if account.is_demo
            else "There is no mail server to send by.",
            help="Write it in an account of your own."
            if account.is_demo
            else "Set one in Settings, Sending.",
        )
    send_id = sending.start_broadcast(
        account_id=account_id,
        broadcast_id=broadcast_id,
        content_version_id=old.content_version_id,
        rehearsed=False,
        ambiguous=broadcast.ambiguous or load().ambiguous,
    )
    moved = Broadcast.objects.filter(
        account_id=account_id,
        id=broadcast_id,
        state__in=(BroadcastState.COMPLETED, BroadcastState.ABORTED),
        send_id=old.pk,
    ).update(state=BroadcastState.EXPANDING, send_id=send_id, started_at=clock.now(), finished_at=None)
    if not moved:
        raise WrongState("The rehearsal has not ended yet.", help="Wait for its end, or cancel it.")
    return queries.get(account_id, broadcast_id)


@transaction.atomic
def test_send(*, account_id: int, broadcast_id: int, to: Sequence[str]) -> int:
    """Mail the letter as it stands to a few addresses, marked as a test, untracked. Answers how many.

    Raises BroadcastNotFound, NotReady, InvalidEmail, TooManyTests."""
    broadcast = queries.get(account_id, broadcast_id)
    if not to or len(to) > MOST_TEST_ADDRESSES:
        raise NotReady(
            f"A test goes to 1 to {MOST_TEST_ADDRESSES} addresses.", help="Change the list.", field="to"
        )
    if not broadcast.sender[1]:
        raise NotReady(
            "There is no address to send from.", help="Set a from address first.", field="from_email"
        )
    demand_writable(Account.objects.get(id=account_id), broadcast)
    version = freeze(broadcast, tracked=False, subject=f"[Test] {broadcast.subject or 'Untitled'}")
    return sending.plan_tests(
        account_id=account_id, subject_id=broadcast_id, to=to, content_version_id=version.pk
    )
