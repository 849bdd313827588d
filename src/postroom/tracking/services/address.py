"""A person moves to another address: it is theirs once a button in a mail to it was pressed."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from django.db import transaction

from postroom.accounts.models import Account
from postroom.accounts.services import limiter
from postroom.lib import clock, signing
from postroom.lib.signing import Keyring
from postroom.sending import services as sending
from postroom.settings import load
from postroom.subscribers import services as subscribers
from postroom.subscribers.models import Subscriber
from postroom.subscribers.rules import Cause, parse_email
from postroom.tracking.errors import LinkSpent, TooManyMoves

MAX_AGE_S = 7 * 24 * 3600
MOVES_PER_DAY = 5
"""Mails to new addresses that one person may cause: with more, a preferences link would be an open mailer."""
_PURPOSE = "new-address"
_CAUSE = Cause("preferences", actor="subscriber")
_LETTER = """Hello,

somebody, probably you, asked that the letters of {name} come to this address instead of the old one.

To agree, open this page and press its button:

{url}

If it was not you, do nothing: then nothing changes. The link works for seven days.
"""


@dataclass(frozen=True, slots=True)
class Move:
    """A person and the address that they want to have."""

    account: Account
    person: Subscriber
    email: str


@transaction.atomic
def ask_to_move(*, account_id: int, subscriber_id: int, email: str) -> bool:
    """True when a mail has gone to the new address, which is not theirs until its button is pressed; False
    when the address is the one they have, whose writing (capitals) then follows at once.

    Raises InvalidEmail, SubscriberNotFound, TooManyMoves."""
    address = parse_email(email)
    person = Subscriber.objects.filter(account_id=account_id, id=subscriber_id).first()
    if person is None or person.email_key == address.key:
        subscribers.update(account_id=account_id, subscriber_id=subscriber_id, email=email, cause=_CAUSE)
        return False
    mailbox = hashlib.sha256(address.key.encode()).hexdigest()
    _demand(f"move:{account_id}:{subscriber_id}", MOVES_PER_DAY)
    # Together with the confirmations of forms: nobody's mailbox gets more of either.
    _demand(f"confirmation:{mailbox}", load().limit_confirmations_per_day)
    account = Account.objects.get(id=account_id)
    kept = [account_id, subscriber_id, person.email_key, address.email, int(clock.now().timestamp())]
    token = urlsafe_b64encode(signing.seal(_keyring(), _PURPOSE, json.dumps(kept).encode())).decode()
    url = f"{load().pages_url}/preferences/address/{token}"
    sending.plan_mail(
        account_id=account_id,
        to=address.email,
        subject=f"Shall the letters of {account.name} come here?",
        text=_LETTER.format(name=account.name, url=url),
        from_name=account.from_name or account.name,
    )
    return True


def read_move(token: str) -> Move:
    """What the link in the mail stands for. Raises LinkSpent when it is damaged, old, used or overtaken."""
    try:
        plain = signing.unseal(_keyring(), _PURPOSE, urlsafe_b64decode(token.encode("ascii")))
    except ValueError:
        raise LinkSpent from None
    account_id, subscriber_id, old_key, email, issued_at = json.loads(plain)
    person = Subscriber.objects.filter(account_id=account_id, id=subscriber_id, email_key=old_key).first()
    account = Account.objects.filter(id=account_id).first()
    if person is None or account is None or clock.now().timestamp() - issued_at > MAX_AGE_S:
        raise LinkSpent
    return Move(account, person, email)


@transaction.atomic
def move(*, token: str) -> Move:
    """Gives the person the address. Raises LinkSpent, and EmailTaken when somebody else has it."""
    found = read_move(token)
    subscribers.update(
        account_id=found.account.pk, subscriber_id=found.person.pk, email=found.email, cause=_CAUSE
    )
    return found


def _demand(key: str, limit: int) -> None:
    allowed = limiter.hit(key=key, limit=limit, window_s=86_400)
    if not allowed.ok:
        raise TooManyMoves(allowed.retry_after_s)


def _keyring() -> Keyring:
    return Keyring(load().secret_keys())
