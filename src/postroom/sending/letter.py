"""What the compiler takes: a letter, the same for everybody, and the person it is put together for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person as a letter sees them. `fields` by key; `extra`: further variables of this one message."""

    id: int
    email: str
    first_name: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[str] = ()
    nth: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """What is sent, the same for everybody. `subject`, `html` and `text` are Liquid unless `is_plain`.

    `send_day`: days since 1970-01-01. `edge_url`, `public_url`: without a slash at the end. `domain`: the
    right side of the Message-ID. `bulk` adds List-Unsubscribe, List-Id, Feedback-ID and Precedence; other
    mail is marked auto-generated. `variables`: the same for everybody, such as `account`. `aliases`: former
    field keys → keys.
    """

    account_id: int
    send_id: int
    send_day: int
    subject: str
    text: str
    html: str | None
    from_email: str
    edge_url: str
    public_url: str
    domain: str
    from_name: str = ""
    reply_to: str = ""
    list_name: str = ""
    kind: str = "broadcast"
    bulk: bool = True
    track_clicks: bool = True
    track_opens: bool = True
    is_plain: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)


class LetterFault(Exception):
    """A letter or a message that cannot be made. `part` is subject, html, text, from or to."""

    code = "letter_invalid"

    def __init__(self, part: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.part = part
        self.message = message
        self.line = line
