"""Django's mail backend: what rooms below, and the sign-in pages, send by `django.core.mail` becomes ledger
rows.

The row is written in the caller's transaction; the sender takes it from there, by class like every other
message.
The account is the installation's own, unless the message carries the header `X-Postroom-Account` with an id.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import getaddresses, parseaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from postroom.accounts.models import Account, AccountKind
from postroom.sending.errors import AttachmentRefused
from postroom.sending.services import plan_mail

ACCOUNT_HEADER = "X-Postroom-Account"
_NO_ADDRESS = {"postroom@localhost", "webmaster@localhost"}
"""Django's stand-ins for a from address: they mean that the account's own is to be used."""


class LedgerBackend(BaseEmailBackend):
    """`EMAIL_BACKEND`; see the module's text."""

    def __init__(self, fail_silently: bool = False, **_: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Plan every message, all or none. Answers how many. Raises InvalidEmail, AttachmentRefused."""
        with transaction.atomic():
            for message in email_messages:
                _plan(message)
        return len(email_messages)


def _plan(message: EmailMessage) -> None:
    if message.attachments:
        raise AttachmentRefused(
            "This mail has an attachment, which the house does not send.", help="Put the file behind a link."
        )
    html = next(
        (str(part[0]) for part in getattr(message, "alternatives", []) if part[1] == "text/html"), None
    )
    from_name, from_email = parseaddr(message.from_email)
    if from_email in _NO_ADDRESS:
        from_name = from_email = ""
    headers = dict(message.extra_headers)
    account_id = int(headers.get(ACCOUNT_HEADER) or _installation_id())
    text = str(message.body)
    if message.content_subtype == "html":
        html, text = text, ""
    for name, address in getaddresses(message.recipients()):
        plan_mail(
            account_id=account_id,
            to=address,
            name=name,
            subject=" ".join(str(message.subject).split()),
            text=text,
            html=html,
            from_name=from_name,
            from_email=from_email,
            reply_to=", ".join(message.reply_to),
        )


def _installation_id() -> int:
    found = Account.objects.filter(kind=AccountKind.INSTALLATION).values_list("id", flat=True).first()
    if found is None:
        from postroom.accounts.services import installation_account

        found = installation_account().pk
    return int(found)
