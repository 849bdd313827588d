"""The click in the mail that asks to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from postroom.accounts.models import Account
from postroom.content import links
from postroom.events import services as events
from postroom.forms.errors import TokenInvalid
from postroom.forms.models import Form
from postroom.forms.rules import CONFIRM_MAX_AGE_S
from postroom.lib import clock
from postroom.lib.signing import Keyring
from postroom.settings import load
from postroom.subscribers import services as subscribers
from postroom.subscribers.models import Subscriber
from postroom.subscribers.rules import Cause


@dataclass(frozen=True)
class Confirmed:
    """What a confirmation link stands for.

    `outcome`: open (not confirmed yet), done, left (unsubscribed since), closed (bounced, complained, gone).
    """

    outcome: Literal["open", "done", "left", "closed"]
    form: Form
    account: Account
    subscriber: Subscriber | None

    @property
    def goes_to(self) -> str:
        """Where the click leads afterwards; empty: to a page of our own."""
        return self.form.incentive_redirect_url


def read_confirmation(token: str) -> Confirmed:
    """What a link stands for, without changing anything. Raises TokenInvalid."""
    found = links.read_confirm(Keyring(load().secret_keys()), token)
    if found is None or clock.now().timestamp() - found.issued_at > CONFIRM_MAX_AGE_S:
        raise TokenInvalid
    form = Form.objects.filter(account_id=found.account_id, id=found.form_id).first()
    account = Account.objects.filter(id=found.account_id).first()
    if form is None or account is None:
        raise TokenInvalid
    person = Subscriber.objects.filter(account_id=found.account_id, id=found.subscriber_id).first()
    return Confirmed(_outcome(person), form, account, person)


def _outcome(person: Subscriber | None) -> Literal["open", "done", "left", "closed"]:
    if person is None or person.state in ("bounced", "complained"):
        return "closed"
    if person.state == "cancelled":
        # A link from before they left must not bring them back; signing up again makes them inactive first.
        return "left"
    return "done" if person.state == "active" else "open"


@transaction.atomic
def confirm(*, token: str, ip: str | None) -> Confirmed:
    """Makes the person active, for good and once; a second click finds it done. Raises TokenInvalid."""
    found = read_confirmation(token)
    if found.outcome not in ("open", "done") or found.subscriber is None:
        return found
    account_id, subscriber_id, form_id = found.account.id, found.subscriber.id, found.form.id
    changed = subscribers.confirm(
        account_id=account_id,
        subscriber_id=subscriber_id,
        form_id=form_id,
        cause=Cause(kind="confirmation", id=form_id, actor="subscriber"),
        ip=ip,
    )
    if changed:
        events.record(
            account_id=account_id, kind="form_confirmed", subscriber_id=subscriber_id, subject_id=form_id
        )
    return Confirmed("done", found.form, found.account, found.subscriber)
