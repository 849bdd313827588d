"""A letter as one person would get it, and what is worth a look before it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from postroom.accounts.models import Account
from postroom.broadcasts import queries
from postroom.broadcasts.models import Broadcast
from postroom.lib import clock
from postroom.lib.errors import NotFound
from postroom.lib.signing import Keyring
from postroom.sending.compile import CompiledMessage, LetterFault, Recipient, compile_letter
from postroom.sending.compose import EPOCH, compose, house_address, read_fields
from postroom.settings import load
from postroom.subscribers.models import CustomField, Membership, Subscriber, Tag

WARN_BYTES, CLIP_BYTES = 80_000, 102_000
"""Gmail cuts a message's HTML off at the second: footer and unsubscribe link vanish behind a click."""
EXAMPLE = Recipient(id=0, email="reader@example.com", first_name="Sam")


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about the letter that somebody should see before it leaves."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Both parts as one person gets them. `size_bytes` is the HTML's, links rewritten."""

    subject: str
    html: str
    text: str
    size_bytes: int
    warnings: list[Hint]


def preview(*, account_id: int, broadcast_id: int, subscriber_id: int | None = None) -> Shown:
    """The letter for a subscriber, or for an example reader; its links are not tracked and count nothing.

    A letter that cannot be written yet is shown empty, with the reason among the warnings.
    Raises BroadcastNotFound, and NotFound for a subscriber of another account."""
    broadcast = queries.get(account_id, broadcast_id)
    account = Account.objects.get(id=account_id)
    reader = EXAMPLE if subscriber_id is None else _reader(account_id, subscriber_id)
    hints = _hints(account, broadcast)
    try:
        compiled = _compile(account, broadcast)
        text, html = compiled.parts_for(reader)
        subject = compiled.subject_for(reader)
    except LetterFault as fault:
        return Shown(broadcast.subject, "", "", 0, [Hint("content", _sentence(fault)), *hints])
    size = _sent_bytes(account, broadcast, reader)
    return Shown(subject, html or "", text, size, [*_size_hints(size), *hints])


def check_content(account: Account, broadcast: Broadcast) -> None:
    """Raises LetterFault when the letter cannot be written, for the example reader at least."""
    compiled = _compile(account, broadcast)
    compiled.assemble(EXAMPLE)


def content_of(broadcast: Broadcast) -> dict[str, Any]:
    """What a letter says: kind, subject, preview text, body. A body that is HTML as a whole came from a
    program."""
    html = broadcast.body.get("html")
    whole = isinstance(html, str)
    return {
        "kind": "html" if whole else "document",
        "subject": broadcast.subject,
        "preview_text": broadcast.preview_text,
        "body": {"html": html} if whole else broadcast.body,
    }


def _sent_bytes(account: Account, broadcast: Broadcast, reader: Recipient) -> int:
    """The size of the HTML as it leaves: tracked links are longer than those of the preview."""
    text, html = _compile(account, broadcast, tracked=True).parts_for(reader)
    return len((html or text).encode())


def _compile(account: Account, broadcast: Broadcast, *, tracked: bool = False) -> CompiledMessage:
    settings = load()
    version = content_of(broadcast) | {
        "from_name": broadcast.sender[0],
        "from_email": broadcast.sender[1],
        "reply_to": account.reply_to,
        "footer": True,
        "tracked": tracked,
        "account_name": account.name,
        "postal_address": account.postal_address,
        "time_zone": account.time_zone,
    }
    fields = {
        str(row["id"]): [row["key"], row["aliases"]]
        for row in CustomField.objects.filter(account_id=account.pk).values("id", "key", "aliases")
    }
    letter = compose(
        version,
        account_id=account.pk,
        send_id=0,
        send_day=(clock.today() - EPOCH).days,
        kind="broadcast",
        edge_url=settings.edge_url,
        public_url=settings.pages_url,
        fallback_from=house_address(settings.public_url),
        aliases=read_fields(fields)[1],
    )
    return compile_letter(letter, Keyring(settings.secret_keys()))


def _reader(account_id: int, subscriber_id: int) -> Recipient:
    person = Subscriber.objects.filter(account_id=account_id, id=subscriber_id).first()
    if person is None:
        raise NotFound("This subscriber does not exist.", help="Choose another one for the preview.")
    keys = dict(CustomField.objects.filter(account_id=account_id).values_list("id", "key"))
    tag_ids = Membership.objects.filter(
        account_id=account_id, subscriber_id=subscriber_id, tag_id__isnull=False
    ).values_list("tag_id", flat=True)
    return Recipient(
        id=0,  # the preview's unsubscribe and preference links belong to nobody
        email=person.email,
        first_name=person.first_name or "",
        fields={keys[int(key)]: value for key, value in person.fields.items() if int(key) in keys},
        tags=list(
            Tag.objects.filter(account_id=account_id, id__in=list(tag_ids)).values_list("name", flat=True)
        ),
    )


def _size_hints(size: int) -> list[Hint]:
    if size >= CLIP_BYTES:
        return [
            Hint(
                "clipped",
                f"The letter has {size // 1000} KB: Gmail cuts it off at 102 KB, unsubscribe link and all. "
                "Shorten it.",
            )
        ]
    if size >= WARN_BYTES:
        return [Hint("large", f"The letter has {size // 1000} KB; Gmail cuts letters off at 102 KB.")]
    return []


def _hints(account: Account, broadcast: Broadcast) -> list[Hint]:
    hints = []
    if not broadcast.subject:
        hints.append(Hint("no_subject", "The letter has no subject."))
    if not broadcast.sender[1]:
        hints.append(Hint("no_from", "There is no address to send from."))
    if not account.postal_address.strip():
        hints.append(Hint("no_postal_address", "The account has no postal address for the footer."))
    if is_empty(broadcast.body):
        hints.append(Hint("empty", "The letter is empty: nothing is written in it."))
    without = sum(1 for node in _nodes(broadcast.body) if _is_mute_image(node))
    if without:
        what = "One image has" if without == 1 else f"{without} images have"
        hints.append(Hint("no_alt", f"{what} no description for people who do not see it."))
    return hints


_HOLLOW = {
    *("doc", "paragraph", "heading", "bulletList", "orderedList", "listItem", "blockquote", "codeBlock"),
    *("hardBreak", "horizontalRule", "divider"),
}


def is_empty(body: Mapping[str, Any]) -> bool:
    """Whether a letter shows nothing at all: no word, no picture, no button."""
    if isinstance(body.get("html"), str):
        return not body["html"].strip()
    return all(_is_hollow(node) for node in _nodes(body))


def _is_hollow(node: Mapping[str, Any]) -> bool:
    if node.get("type") == "text":
        return not str(node.get("text") or "").strip()
    return node.get("type") in _HOLLOW


def _is_mute_image(node: Mapping[str, Any]) -> bool:
    return node.get("type") == "image" and not str((node.get("attrs") or {}).get("alt") or "").strip()


def _nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    waiting = [node.get("doc", node)] if isinstance(node, dict) else []
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield found
            waiting += reversed(found.get("content") or [])


def _sentence(fault: LetterFault) -> str:
    where = {"subject": "The subject", "html": "The letter", "text": "The text part"}.get(
        fault.part, "The letter"
    )
    line = f", line {fault.line}" if fault.line else ""
    return f"{where}{line}: {fault.message}"
