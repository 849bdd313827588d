"""The mail that asks to confirm: checked as a whole, then frozen, so that a half-typed one reaches nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from postroom.accounts.models import Account
from postroom.content import services as content
from postroom.content.models import ContentVersion
from postroom.forms.errors import FormInvalid
from postroom.forms.models import Form
from postroom.lib import clock
from postroom.lib.signing import Keyring
from postroom.sending.compile import CompiledMessage, LetterFault, Recipient, compile_letter
from postroom.sending.compose import EPOCH, compose, house_address, read_fields
from postroom.settings import load
from postroom.subscribers import queries as people

FALLBACK_FROM = "postroom@localhost"
"""The sender of accounts that have not named one; such mail only ever reaches the test inbox."""
EXAMPLE_LINK = "https://example.com/confirm/example"
EXAMPLE = Recipient(
    id=0, email="reader@example.com", first_name="Sam", extra={"confirmation_url": EXAMPLE_LINK}
)

_FIELDS = {"subject": "incentive_subject", "from": "from_email"}
_MEND = "Mend that place first; nothing was saved."


@dataclass(frozen=True, slots=True)
class Hint:
    """Something about the form that somebody should see."""

    code: str
    text: str


def take(form: Form) -> None:
    """Freezes the form's mail as it stands. Where it cannot be written yet, people go on getting the last
    good one, and `hints` says so. Sets `form.confirmation_version_id`; the caller saves it.

    Raises FormInvalid for a mail without a link that confirms, or that is broken and has no good one before.
    """
    asks = form.incentive_enabled and not form.auto_confirm
    try:
        confirms = _confirms(form, _words(form))
    except LetterFault as fault:
        if _has_good_one(form, asks):
            return
        raise FormInvalid(
            sentence(fault), field=_FIELDS.get(fault.part, "incentive_body"), help=_MEND
        ) from fault
    if asks and not confirms:
        raise FormInvalid(
            "The email has no link that confirms, so nobody could ever join.",
            field="incentive_body",
            help="Add a button that leads to {{ confirmation_url }}, or switch auto-confirm on.",
        )
    _freeze(form, _words(form))


def follow_sender(form: Form) -> None:
    """Freezes the last good words again, from the name and address that the account has now."""
    frozen = _frozen(form)
    _freeze(form, _frozen_words(frozen) if frozen else _words(form))


def hints(form: Form) -> list[Hint]:
    """Why people do not get the mail as it stands; empty when they do."""
    try:
        _confirms(form, _words(form))
    except LetterFault as fault:
        if _has_good_one(form, asks=False):
            return [Hint("not_live", f"People still get the email as it was before. {sentence(fault)}")]
        return [Hint("broken", f"Nobody gets this email. {sentence(fault)}")]
    return []


def sentence(fault: LetterFault) -> str:
    """A fault with its place."""
    where = {"subject": "The email's subject", "from": "The email's sender", "text": "The email's text part"}
    line = f", line {fault.line}" if fault.line else ""
    return f"{where.get(fault.part, 'The email')}{line}: {fault.message}"


def _words(form: Form) -> dict[str, Any]:
    return {"subject": form.incentive_subject, "body": form.incentive_body}


def _frozen(form: Form) -> ContentVersion | None:
    return ContentVersion.objects.filter(account_id=form.account_id, id=form.confirmation_version_id).first()


def _frozen_words(frozen: ContentVersion) -> dict[str, Any]:
    return {"subject": frozen.subject, "body": frozen.body}


def _has_good_one(form: Form, asks: bool) -> bool:
    """Whether the frozen mail can be written, and holds the link where people are asked to confirm."""
    frozen = _frozen(form)
    try:
        return frozen is not None and (_confirms(form, _frozen_words(frozen)) or not asks)
    except LetterFault:
        return False


def _confirms(form: Form, words: Mapping[str, Any]) -> bool:
    """Whether the mail an example reader gets holds the link. Raises LetterFault for a broken mail."""
    compiled = _compile(form, words)
    compiled.assemble(EXAMPLE)
    text, html = compiled.parts_for(EXAMPLE)
    return EXAMPLE_LINK in (html or text)


def _compile(form: Form, words: Mapping[str, Any]) -> CompiledMessage:
    settings = load()
    account = Account.objects.get(id=form.account_id)
    fields = {str(field.id): [field.key, field.aliases] for field in people.list_fields(account.pk)}
    about = {
        "account_name": account.name,
        "postal_address": account.postal_address,
        "time_zone": account.time_zone,
    }
    letter = compose(
        _version(account, words) | about,
        account_id=account.pk,
        send_id=0,
        send_day=(clock.today() - EPOCH).days,
        kind="confirmation",
        edge_url=settings.edge_url,
        public_url=settings.pages_url,
        fallback_from=house_address(settings.public_url),
        aliases=read_fields(fields)[1],
    )
    return compile_letter(letter, Keyring(settings.secret_keys()))


def _version(account: Account, words: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "account_id": account.pk,
        "kind": "document",
        **words,
        "preview_text": "",
        "from_name": account.from_name or account.name,
        "from_email": account.from_email or FALLBACK_FROM,
        "reply_to": account.reply_to,
        "footer": False,
        "tracked": False,
    }


def _freeze(form: Form, words: Mapping[str, Any]) -> None:
    version = _version(Account.objects.get(id=form.account_id), words)
    form.confirmation_version_id = content.freeze(**version).pk
