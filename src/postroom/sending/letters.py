"""Frozen letters made ready to send, kept while they are in use; one message is written from a ledger row."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import date

from postroom.content import links
from postroom.content.services import open_raw
from postroom.lib.signing import Keyring
from postroom.sending import mime
from postroom.sending.compile import CompiledMessage, LetterFault, Recipient, compile_letter
from postroom.sending.compose import EPOCH, compose, house_address, read_fields
from postroom.sending.ledger import Chunk, Ledger, Row
from postroom.sending.outlets import Message
from postroom.settings import Settings

KEEP = 64
KEEP_S = 60.0
"""An account's name or postal address may change; a letter that runs on follows within this time."""


class Unwritable(Exception):
    """This message cannot be written; the text says why, in a sentence."""


class WrittenLetter:
    """A letter of one send, compiled."""

    def __init__(
        self,
        compiled: CompiledMessage,
        field_names: Mapping[str, str],
        extra: Callable[[Row], Mapping[str, str]] | None,
    ) -> None:
        self._compiled = compiled
        self._field_names = field_names
        self._extra = extra
        self._mail_from = mime.wire_address(compiled.letter.from_email)
        self.needs_tags = compiled.needs_tags

    def write(self, row: Row) -> Message:
        """The message of one row. Raises Unwritable."""
        names = self._field_names
        recipient = Recipient(
            id=row.recipient_id,
            email=row.email,
            first_name=row.first_name,
            fields={names[key]: value for key, value in row.fields.items() if key in names},
            tags=row.tags,
            nth=row.nth,
            extra=self._extra(row) if self._extra else {},
        )
        try:
            body = self._compiled.assemble(recipient)
            rcpt_to = mime.wire_address(row.email)
            # Only the inbox shows subjects: for a relay the rendered one already stands in the message.
            subject = self._compiled.subject_for(recipient) if row.chunk.to_inbox else ""
        except (LetterFault, mime.BadAddress) as fault:
            raise Unwritable(str(fault)) from fault
        return Message(row, self._mail_from, rcpt_to, subject, body)


class BrokenLetter:
    """A letter that does not compile: every row of it is excluded with the reason."""

    needs_tags = False

    def __init__(self, why: str) -> None:
        self._why = why

    def write(self, row: Row) -> Message:
        """Raises Unwritable, always."""
        raise Unwritable(self._why)


Letter = WrittenLetter | BrokenLetter


class Letters:
    """The letters this sender has in hand."""

    def __init__(self, book: Ledger, settings: Settings) -> None:
        self._book = book
        self._settings = settings
        self._keyring = Keyring(settings.secret_keys())
        self._kept: OrderedDict[tuple[int, int, date], tuple[float, Letter]] = OrderedDict()

    async def get(self, chunk: Chunk) -> Letter:
        """The letter of a chunk, compiled once."""
        key = (chunk.version_id, chunk.send_id, chunk.send_day)
        found = self._kept.get(key)
        if found is not None and time.monotonic() - found[0] < KEEP_S:
            self._kept.move_to_end(key)
            return found[1]
        letter = await self._make(chunk)
        self._kept[key] = (time.monotonic(), letter)
        while len(self._kept) > KEEP:
            self._kept.popitem(last=False)
        return letter

    async def _make(self, chunk: Chunk) -> Letter:
        version = await self._book.load_letter(chunk.account_id, chunk.version_id)
        if version is None:
            return BrokenLetter("The letter's content is gone.")
        if version["kind"] == "raw":
            try:
                version = {**version, "body": open_raw(version["body"], self._keyring)}
            except ValueError:
                return BrokenLetter("The mail was sealed with an installation key that is gone.")
        names, aliases = read_fields(version["field_names"] or {})
        try:
            composed = compose(
                version,
                account_id=chunk.account_id,
                send_id=chunk.send_id,
                send_day=(chunk.send_day - EPOCH).days,
                kind=chunk.kind,
                edge_url=self._settings.edge_url,
                public_url=self._settings.pages_url,
                fallback_from=house_address(self._settings.public_url),
                aliases=aliases,
            )
            compiled = compile_letter(composed, self._keyring)
            return WrittenLetter(compiled, names, self._extra_of(chunk))
        except (LetterFault, mime.BadAddress) as fault:
            return BrokenLetter(str(fault))

    def _extra_of(self, chunk: Chunk) -> Callable[[Row], Mapping[str, str]] | None:
        """What only one kind of mail has: the link that confirms."""
        form_id = chunk.subject_id
        if chunk.kind != "confirmation" or form_id is None:
            return None
        base, keyring = self._settings.pages_url, self._keyring

        def confirmation(row: Row) -> Mapping[str, str]:
            token = links.sign_confirm(
                keyring,
                account_id=row.chunk.account_id,
                subscriber_id=row.recipient_id,
                form_id=form_id,
                issued_at=int(row.planned_at.timestamp()),
            )
            return {"confirmation_url": f"{base}/confirm/{token}"}

        return confirmation
