"""`/api/1/inbox`: the built-in test inbox, messages as they would have been received."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from postroom.accounts import services
from postroom.accounts.models import Account, AccountKind
from postroom.doors.native.auth import caller
from postroom.doors.native.paging import Paging
from postroom.sending import inbox, outlet

router = Router(tags=["Test inbox"])


class InboxItemOut(Schema):
    id: int
    to: str
    subject: str
    received_at: datetime
    size_bytes: int
    kind: str
    account: str


class InboxPageOut(Schema):
    items: list[InboxItemOut]
    total: int
    page: int
    per_page: int
    note: str


class InboxLetterOut(InboxItemOut):
    html: str | None
    text: str | None
    headers: list[list[str]]
    source: str


class InboxClearedOut(Schema):
    deleted: int


@router.get("/inbox", response=InboxPageOut)
def list_inbox(request: HttpRequest, paging: Query[Paging], q: str = "") -> dict[str, Any]:
    """Messages that stayed on this machine, the newest first; `note` says so in words."""
    account = caller(request).account
    found, total = inbox.list_messages(
        account_ids=_accounts(request, account), search=q, page=paging.page, per_page=paging.per_page
    )
    return {
        "items": [_item(item) for item in found],
        "total": total,
        "page": paging.page,
        "per_page": paging.per_page,
        "note": _note(account),
    }


@router.get("/inbox/{int:message_id}", response=InboxLetterOut)
def get_message(request: HttpRequest, message_id: int) -> dict[str, Any]:
    """One message: both parts, headers, source. The HTML lacks only its pixel, so that a look counts as no
    opening: show it in a sandbox."""
    account = caller(request).account
    found = inbox.get_message(account_ids=_accounts(request, account), message_id=message_id)
    return _item(found.item) | {
        "html": found.html,
        "text": found.text,
        "headers": [[key, value] for key, value in found.headers],
        "source": found.source,
    }


@router.delete("/inbox", response=InboxClearedOut)
def clear_inbox(request: HttpRequest) -> dict[str, int]:
    """Empty the inbox of this account. The ledger keeps its rows."""
    return {"deleted": inbox.clear(account_ids=[caller(request).account_id])}


def _accounts(request: HttpRequest, account: Account) -> list[int]:
    """This account's messages; whoever runs the installation also sees its own (sign-in mails,
    invitations)."""
    who = caller(request)
    if who.by_token or not services.runs_installation(who.user):
        return [account.pk]
    own = Account.objects.filter(kind=AccountKind.INSTALLATION).values_list("id", flat=True)
    return [account.pk, *own]


def _note(account: Account) -> str:
    if outlet.way_of(account) == "inbox":
        why = "This is a demo account" if account.is_demo else "No mail server is set"
        return f"{why}, so mail stays on this machine. Nothing here has left it."
    return (
        "These messages were rehearsed and have not left this machine. New mail leaves by your mail server."
    )


def _item(item: inbox.InboxItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "to": item.to,
        "subject": item.subject,
        "received_at": item.received_at,
        "size_bytes": item.size_bytes,
        "kind": item.kind,
        "account": item.account,
    }
