"""Leaving by a letter: the person's state, and the letter by which it happened, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from postroom.content.links import MessageRef
from postroom.lib import clock, sql
from postroom.subscribers import services as subscribers
from postroom.subscribers.rules import Cause


@transaction.atomic
def unsubscribe(*, ref: MessageRef, cause: Cause, at: datetime | None = None) -> bool:
    """Ends every letter to the person this message went to. True when they were subscribed until now.

    Works after the send or the person is gone; the next claim of a running send already leaves them out."""
    person = sql.row(
        "SELECT state FROM subscriber WHERE account_id = %s AND id = %s FOR UPDATE",
        [ref.account_id, ref.recipient_id],
    )
    if person is None or person["state"] not in ("active", "inactive"):
        return False
    subscribers.unsubscribe(account_id=ref.account_id, subscriber_id=ref.recipient_id, cause=cause)
    sql.execute(
        sql.load("tracking", "mark_left"),
        {
            "account": ref.account_id,
            "send": ref.send_id,
            "recipient": ref.recipient_id,
            "nth": ref.nth,
            "at": at or clock.now(),
        },
    )
    return True


@transaction.atomic
def take_back_unsubscribe(*, ref: MessageRef, cause: Cause) -> bool:
    """Brings somebody back who unsubscribed by mistake, with the forms and sequences that ended by it.

    True when they had indeed unsubscribed."""
    if not subscribers.take_back_leaving(
        account_id=ref.account_id, subscriber_id=ref.recipient_id, cause=cause
    ):
        return False
    sql.execute(
        "UPDATE engagement SET unsubscribed_at = NULL"
        " WHERE account_id = %s AND send_id = %s AND recipient_id = %s AND nth = %s",
        [ref.account_id, ref.send_id, ref.recipient_id, ref.nth],
    )
    return True
