"""Plan single messages: each is a ledger row in the caller's transaction and leaves when that commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from postroom.accounts.services import limiter
from postroom.content import services as content
from postroom.lib import sql
from postroom.sending.errors import TooManyTests
from postroom.sending.models import MailClass, SendKind
from postroom.settings import load
from postroom.subscribers.rules import parse_email


@dataclass(frozen=True, slots=True)
class Planned:
    """Where a planned message stands in the ledger."""

    account_id: int
    send_id: int
    recipient_id: int
    nth: int


def standing_send(
    *, account_id: int, kind: str, subject_id: int | None, mail_class: int = MailClass.TRANSACTIONAL
) -> int:
    """The id of the send that run-on mail of this kind and subject belongs to; made on first use."""
    return int(
        _value("SELECT sending_standing_send(%s, %s, %s, %s)", [account_id, kind, subject_id, mail_class])
    )


def other_recipient(*, account_id: int, email: str, name: str = "") -> int:
    """The (negative) recipient id of somebody who is no subscriber. Raises InvalidEmail."""
    address = parse_email(email)
    return int(
        _value(
            "SELECT sending_other_recipient(%s, %s, %s, %s)", [account_id, address.email, address.key, name]
        )
    )


def plan_one(
    *,
    account_id: int,
    send_id: int,
    recipient_id: int,
    content_version_id: int,
    mail_class: int = MailClass.TRANSACTIONAL,
) -> Planned:
    """One message of a standing send to one recipient."""
    nth = _value(
        "SELECT sending_plan_one(%s, %s, %s, %s, %s)",
        [account_id, send_id, recipient_id, content_version_id, mail_class],
    )
    return Planned(account_id, send_id, recipient_id, int(nth))


@transaction.atomic
def plan_tests(*, account_id: int, subject_id: int | None, to: Sequence[str], content_version_id: int) -> int:
    """One message of a letter's test to each of a few addresses; answers how many.

    Raises InvalidEmail, and TooManyTests when the account would pass its limit of an hour; then none goes."""
    send_id = standing_send(account_id=account_id, kind=SendKind.TEST, subject_id=subject_id)
    limit = load().limit_test_mails_per_hour
    addresses = list(dict.fromkeys(to))
    for address in addresses:
        allowed = limiter.hit(key=f"test:{account_id}", limit=limit, window_s=3600)
        if not allowed.ok:
            raise TooManyTests(limit, allowed.retry_after_s)
        plan_one(
            account_id=account_id,
            send_id=send_id,
            recipient_id=other_recipient(account_id=account_id, email=address),
            content_version_id=content_version_id,
        )
    return len(addresses)


@transaction.atomic
def plan_mail(
    *,
    account_id: int,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    name: str = "",
    from_name: str = "",
    from_email: str = "",
    reply_to: str = "",
) -> Planned:
    """A finished mail of the house (sign-in, invitation, notice) to one address. Raises InvalidEmail.

    Without `from_email` the account's own from address is used when the message is written."""
    version = content.freeze(
        account_id=account_id,
        kind="raw",
        subject=subject,
        preview_text="",
        body={"text": text, "html": html},
        from_name=from_name,
        from_email=from_email,
        reply_to=reply_to,
        footer=False,
        tracked=False,
    )
    return plan_one(
        account_id=account_id,
        send_id=standing_send(account_id=account_id, kind=SendKind.SYSTEM, subject_id=None),
        recipient_id=other_recipient(account_id=account_id, email=to, name=name),
        content_version_id=version.id,
    )


def _value(statement: str, parameters: list[object]) -> int:
    found = sql.row(f"{statement} AS value", parameters)
    assert found is not None
    return int(found["value"])
