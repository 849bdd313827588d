"""An email of a sequence as one person would get it, frozen for all, or mailed to a few as a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from postroom.accounts.models import Account
from postroom.content import services as content
from postroom.content.models import ContentVersion
from postroom.lib import clock, sql
from postroom.lib.errors import NotFound
from postroom.lib.signing import Keyring
from postroom.sending import services as sending
from postroom.sending.compile import CompiledMessage, LetterFault, Recipient, compile_letter
from postroom.sending.compose import EPOCH, compose, house_address, read_fields
from postroom.sending.models import SendKind
from postroom.sequences import queries
from postroom.sequences.errors import SequenceInvalid
from postroom.sequences.models import Sequence as SequenceRow
from postroom.sequences.models import SequenceEmail
from postroom.settings import load
from postroom.subscribers import queries as people
from postroom.subscribers.errors import SubscriberNotFound
from postroom.subscribers.models import CustomField

MOST_TEST_ADDRESSES = 10
CLIP_BYTES = 102_000
"""Gmail cuts a message's HTML off here: footer and unsubscribe link vanish behind a click."""
EXAMPLE = Recipient(id=0, email="reader@example.com", first_name="Sam")


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about the email that somebody should see."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Both parts as one person gets them. `size_bytes` is the HTML's."""

    subject: str
    html: str
    text: str
    size_bytes: int
    warnings: list[Hint]


def preview(*, account_id: int, sequence_id: int, email_id: int, subscriber_id: int | None = None) -> Shown:
    """The email as it stands now, for a subscriber or an example reader; its links count nothing.

    One that cannot be written is shown empty, with the reason among the warnings.
    Raises SequenceNotFound, EmailNotFound, and NotFound for a subscriber of another account."""
    sequence = queries.get(account_id, sequence_id)
    email = queries.get_email(account_id, sequence_id, email_id)
    reader = EXAMPLE if subscriber_id is None else _reader(account_id, subscriber_id)
    hints = _hints(sequence, email)
    try:
        compiled = _compile(sequence, email)
        text, html = compiled.parts_for(reader)
        subject = compiled.subject_for(reader)
    except LetterFault as fault:
        return Shown(email.subject, "", "", 0, [Hint("content", sentence(fault)), *hints])
    size = len((html or text).encode())
    if size >= CLIP_BYTES:
        hints.insert(
            0,
            Hint(
                "clipped",
                f"The email has {size // 1000} KB: Gmail cuts it off at 102 KB, unsubscribe link and all. "
                "Shorten it.",
            ),
        )
    return Shown(subject, html or "", text, size, hints)


def check(sequence: SequenceRow, email: SequenceEmail) -> None:
    """Raises LetterFault when the email cannot be written, for the example reader at least."""
    _compile(sequence, email).assemble(EXAMPLE)


def sentence(fault: LetterFault) -> str:
    """A fault with its place."""
    part = {"subject": "The subject", "html": "The email", "text": "The text part"}
    line = f", line {fault.line}" if fault.line else ""
    return f"{part.get(fault.part, 'The email')}{line}: {fault.message}"


def freeze(sequence: SequenceRow, email: SequenceEmail) -> None:
    """From now on people get the email as it stands. Sets `email.content_version_id`; the caller saves it."""
    _keep(email, _freeze(_version(sequence, email)))


def current_version(sequence: SequenceRow, email: SequenceEmail) -> int:
    """The frozen version to mail now: the last good words, from the address that is set today."""
    assert email.content_version_id is not None
    frozen = ContentVersion.objects.get(account_id=email.account_id, id=email.content_version_id)
    wanted = _sender(sequence)
    if any(getattr(frozen, name) != value for name, value in wanted.items()):
        names = ("kind", "subject", "preview_text", "body", "footer", "tracked")
        kept: dict[str, Any] = {name: getattr(frozen, name) for name in names} | wanted
        _keep(email, content.freeze(account_id=email.account_id, **kept))
        email.save(update_fields=["content_version_id"])
    return int(email.content_version_id)


def test_send(*, account_id: int, sequence_id: int, email_id: int, to: Sequence[str]) -> int:
    """Mails the email as it stands to a few addresses, marked as a test, untracked. Answers how many.

    Raises SequenceNotFound, EmailNotFound, SequenceInvalid, InvalidEmail, TooManyTests."""
    sequence = queries.get(account_id, sequence_id)
    email = queries.get_email(account_id, sequence_id, email_id)
    addresses = list(dict.fromkeys(to))
    if not 1 <= len(addresses) <= MOST_TEST_ADDRESSES:
        raise SequenceInvalid(
            f"A test goes to 1 to {MOST_TEST_ADDRESSES} addresses.", help="Change the list.", field="to"
        )
    try:
        check(sequence, email)
    except LetterFault as fault:
        raise SequenceInvalid(sentence(fault), help="Mend that place first.", field="body") from fault
    subject = f"[Test] {email.subject or 'Untitled'}"
    version = _freeze(_version(sequence, email) | {"subject": subject, "tracked": False})
    return sending.plan_tests(
        account_id=account_id, subject_id=None, to=addresses, content_version_id=version.pk
    )


def _keep(email: SequenceEmail, version: ContentVersion) -> None:
    email.content_version_id = version.pk
    sql.execute("SELECT sending_keep_letter(%s, %s, %s)", [email.account_id, email.send_id, version.pk])


def _freeze(version: Mapping[str, Any]) -> ContentVersion:
    return content.freeze(**version)


def _sender(sequence: SequenceRow) -> dict[str, str]:
    account = Account.objects.get(id=sequence.account_id)
    return {
        "from_name": sequence.from_name or account.from_name or account.name,
        "from_email": sequence.from_email or account.from_email or house_address(load().public_url),
        "reply_to": account.reply_to,
    }


def _version(sequence: SequenceRow, email: SequenceEmail) -> dict[str, Any]:
    # A body that is HTML as a whole came from a program.
    html = email.body.get("html")
    whole = isinstance(html, str)
    return {
        "account_id": email.account_id,
        "kind": "html" if whole else "document",
        "subject": email.subject,
        "preview_text": email.preview_text,
        "body": {"html": html} if whole else email.body,
        **_sender(sequence),
        "footer": True,
        "tracked": True,
    }


def _compile(sequence: SequenceRow, email: SequenceEmail) -> CompiledMessage:
    settings = load()
    account = Account.objects.get(id=email.account_id)
    fields = {
        str(row["id"]): [row["key"], row["aliases"]]
        for row in CustomField.objects.filter(account_id=account.pk).values("id", "key", "aliases")
    }
    about = {
        "tracked": False,
        "account_name": account.name,
        "postal_address": account.postal_address,
        "time_zone": account.time_zone,
    }
    letter = compose(
        _version(sequence, email) | about,
        account_id=account.pk,
        send_id=0,
        send_day=(clock.today() - EPOCH).days,
        kind=SendKind.SEQUENCE,
        edge_url=settings.edge_url,
        public_url=settings.pages_url,
        fallback_from=house_address(settings.public_url),
        aliases=read_fields(fields)[1],
    )
    return compile_letter(letter, Keyring(settings.secret_keys()))


def _reader(account_id: int, subscriber_id: int) -> Recipient:
    try:
        person = people.get(account_id, subscriber_id)
    except SubscriberNotFound:
        raise NotFound("This subscriber does not exist.", help="Choose another for the preview.") from None
    keys = {str(field.id): field.key for field in people.list_fields(account_id)}
    return Recipient(
        id=0,  # the preview's unsubscribe and preference links belong to nobody
        email=person.email,
        first_name=person.first_name or "",
        fields={keys[key]: value for key, value in person.fields.items() if key in keys},
        tags=[tag["name"] for tag in people.tags_of(account_id, [subscriber_id])[subscriber_id]],
    )


def _hints(sequence: SequenceRow, email: SequenceEmail) -> list[Hint]:
    account = Account.objects.get(id=sequence.account_id)
    hints = []
    if not email.subject:
        hints.append(Hint("no_subject", "The email has no subject."))
    if not (sequence.from_email or account.from_email):
        hints.append(Hint("no_from", "There is no address to send from."))
    if not account.postal_address.strip():
        hints.append(Hint("no_postal_address", "The account has no postal address for the footer."))
    return hints
