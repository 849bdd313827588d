"""The test inbox: messages that stayed on this machine, as they would have been received."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from postroom.lib import sql
from postroom.lib.errors import NotFound
from postroom.sending.pixel import without_pixel


class MessageNotFound(NotFound):
    """No such message in this account's inbox."""

    code = "message_not_found"


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One line of the list. `kind` is the send's: broadcast, confirmation, test, system."""

    id: int
    to: str
    subject: str
    received_at: datetime
    size_bytes: int
    kind: str
    account: str


@dataclass(frozen=True, slots=True)
class InboxLetter:
    """A message opened: both parts decoded, headers in order, the source as it stood.

    `html` is without its pixel: to look at a message here is no opening by its recipient."""

    item: InboxItem
    html: str | None
    text: str | None
    headers: list[tuple[str, str]]
    source: str


_ITEM = (
    "SELECT m.id, m.rcpt_to, m.subject, m.received_at, m.size_bytes, s.kind, a.name,"
    " count(*) OVER () AS total"
    " FROM inbox_message m JOIN send s ON s.account_id = m.account_id AND s.id = m.send_id"
    " JOIN account a ON a.id = m.account_id"
)


def list_messages(
    *, account_ids: list[int], search: str = "", page: int = 1, per_page: int = 50
) -> tuple[list[InboxItem], int]:
    """A page of the inbox of these accounts, newest first, and how many there are."""
    found = sql.rows(
        f"{_ITEM} WHERE m.account_id = ANY(%(accounts)s) AND (%(like)s = '%%' OR m.rcpt_to ILIKE %(like)s"
        " OR m.subject ILIKE %(like)s) ORDER BY m.id DESC LIMIT %(per_page)s OFFSET %(skip)s",
        {
            "accounts": account_ids,
            "like": f"%{_escape(search)}%" if search else "%",
            "per_page": per_page,
            "skip": (page - 1) * per_page,
        },
    )
    return [_item(row) for row in found], found[0]["total"] if found else 0


def count_messages(*, account_ids: list[int]) -> int:
    """How many messages these accounts have in the inbox."""
    found = sql.row("SELECT count(*) AS n FROM inbox_message WHERE account_id = ANY(%s)", [account_ids])
    return int(found["n"]) if found else 0


def get_message(*, account_ids: list[int], message_id: int) -> InboxLetter:
    """One message. Raises MessageNotFound."""
    row = sql.row(f"{_ITEM} WHERE m.account_id = ANY(%s) AND m.id = %s", [account_ids, message_id])
    raw = sql.row(
        "SELECT raw FROM inbox_message WHERE account_id = ANY(%s) AND id = %s", [account_ids, message_id]
    )
    if row is None or raw is None:
        raise MessageNotFound(
            "This message is not in the test inbox.",
            help="The inbox keeps the newest messages only; the ledger still knows that it was sent.",
        )
    source = bytes(raw["raw"])
    message = email.message_from_bytes(source, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    html = _part(message, "html")
    return InboxLetter(
        item=_item(row),
        html=html and without_pixel(html),
        text=_part(message, "plain"),
        headers=[(key, " ".join(str(value).split())) for key, value in message.items()],
        source=source.decode("utf-8", "replace"),
    )


def clear(*, account_ids: list[int]) -> int:
    """Empty the inbox of these accounts; ledger rows stay. Answers how many messages went."""
    return sql.execute("DELETE FROM inbox_message WHERE account_id = ANY(%s)", [account_ids])


def trim(*, most: int, most_bytes: int) -> int:
    """Keep the newest messages of each account within both bounds. Answers how many went."""
    return sql.execute(sql.load("sending", "trim_inbox"), {"most": most, "most_bytes": most_bytes})


def _part(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    if part is None:
        return None
    content = part.get_content()
    return content if isinstance(content, str) else None


def _item(row: dict[str, Any]) -> InboxItem:
    return InboxItem(
        id=row["id"],
        to=row["rcpt_to"],
        subject=row["subject"],
        received_at=row["received_at"],
        size_bytes=row["size_bytes"],
        kind=row["kind"],
        account=row["name"],
    )


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
