"""The emails of a sequence: add, change, order, delete; people who wait are moved along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from postroom.content.document import empty_document, validate
from postroom.lib import clock, sql
from postroom.sending import services as sending
from postroom.sending.compile import LetterFault
from postroom.sending.models import MailClass, SendKind
from postroom.sequences import queries, rules
from postroom.sequences.errors import SequenceInvalid, Stale
from postroom.sequences.models import Sequence as SequenceRow
from postroom.sequences.models import SequenceEmail
from postroom.sequences.services import letter
from postroom.sequences.services.change import set_times

_LETTER = {"subject", "preview_text", "body"}
_TIMES = {"delay_value", "delay_unit", "published"}


@dataclass(frozen=True, slots=True)
class Saved:
    """An email after a save, and what is worth a look. `size_bytes` is the HTML's."""

    email: SequenceEmail
    size_bytes: int
    warnings: list[letter.Hint]


@transaction.atomic
def add_email(
    *, account_id: int, sequence_id: int, changes: Mapping[str, Any] | None = None
) -> SequenceEmail:
    """A new email at the end, not published unless `changes` say so.

    Raises SequenceNotFound, SequenceInvalid."""
    sequence = _hold(account_id, sequence_id)
    emails = SequenceEmail.objects.filter(account_id=account_id, sequence_id=sequence_id)
    if emails.count() >= rules.MAX_EMAILS:
        raise SequenceInvalid(
            f"A sequence has at most {rules.MAX_EMAILS} emails.", help="Go on in a second sequence."
        )
    last = emails.aggregate(last=Max("position"))["last"]
    email = SequenceEmail.objects.create(
        account_id=account_id,
        sequence_id=sequence_id,
        position=(last or 0) + 1,
        body=empty_document(),
        delay_value=rules.FIRST_DELAY if last is None else rules.LATER_DELAY,
    )
    email.send_id = sending.standing_send(
        account_id=account_id, kind=SendKind.SEQUENCE, subject_id=email.pk, mail_class=MailClass.SEQUENCE
    )
    email.save(update_fields=["send_id"])
    if not sequence.active:
        sending.pause_send(account_id=account_id, send_id=email.send_id, reason="hand")
    if changes:
        return save_email(
            account_id=account_id, sequence_id=sequence_id, email_id=email.pk, revision=None, changes=changes
        ).email
    return email


@transaction.atomic
def save_email(
    *, account_id: int, sequence_id: int, email_id: int, revision: int | None, changes: Mapping[str, Any]
) -> Saved:
    """Stores changes that were based on `revision` (None: whatever is there).

    A published email whose new words cannot be written yet (a half-typed Liquid tag) is stored all the same;
    people get its last good version until then, and a warning says so.
    Raises SequenceNotFound, EmailNotFound, Stale, SequenceInvalid, DocumentInvalid."""
    sequence = _hold(account_id, sequence_id)
    email = queries.get_email(account_id, sequence_id, email_id)
    if revision is not None and revision != email.revision:
        raise Stale(
            "This email was changed in another window since you opened it.",
            help=f"Load it again to see the other version (revision {email.revision}), then repeat it.",
            field="revision",
        )
    values = rules.check_email({name: value for name, value in changes.items() if name != "body"})
    if "body" in changes:
        values["body"] = validate(changes["body"])
    for name, value in values.items():
        setattr(email, name, value)
    rules.check_delay(email.delay_value, email.delay_unit)
    warnings = _freeze(sequence, email, is_new=bool(values.get("published")))
    email.revision += 1
    email.updated_at = clock.now()
    email.save()
    if _TIMES & set(values):
        set_times(account_id, sequence_id)
    shown = letter.preview(account_id=account_id, sequence_id=sequence_id, email_id=email_id)
    return Saved(email, shown.size_bytes, [*warnings, *shown.warnings])


@transaction.atomic
def order_emails(*, account_id: int, sequence_id: int, ids: Sequence[int]) -> None:
    """Puts the emails into the order of `ids`, which names each once. Who waits for one goes on waiting.

    Raises SequenceNotFound, SequenceInvalid."""
    _hold(account_id, sequence_id)
    emails = queries.list_emails(account_id, [sequence_id])[sequence_id]
    order = rules.check_order([email.pk for email in emails], list(ids))
    for email in emails:
        email.position = order.index(email.pk) + 1
    SequenceEmail.objects.bulk_update(emails, ["position"])
    set_times(account_id, sequence_id)


@transaction.atomic
def delete_email(*, account_id: int, sequence_id: int, email_id: int) -> None:
    """Deletes an email. Who waits for it waits for the one behind it; what of it has not left never will.

    Raises SequenceNotFound, EmailNotFound."""
    _hold(account_id, sequence_id)
    email = queries.get_email(account_id, sequence_id, email_id)
    parameters = {"account": account_id, "sequence": sequence_id, "email": email_id}
    sql.execute(sql.load("sequences", "leave_email"), parameters)
    if email.send_id is not None:
        sending.cancel_send(account_id=account_id, send_id=email.send_id)
    sql.execute("DELETE FROM sequence_email WHERE account_id = %s AND id = %s", [account_id, email_id])
    rest = queries.list_emails(account_id, [sequence_id])[sequence_id]
    for number, other in enumerate(rest, start=1):
        other.position = number
    SequenceEmail.objects.bulk_update(rest, ["position"])
    set_times(account_id, sequence_id)


def _hold(account_id: int, sequence_id: int) -> SequenceRow:
    """The sequence, locked, so that two changes of its emails take turns."""
    queries.get(account_id, sequence_id)
    return SequenceRow.objects.select_for_update(no_key=True).get(account_id=account_id, id=sequence_id)


def _freeze(sequence: SequenceRow, email: SequenceEmail, *, is_new: bool) -> list[letter.Hint]:
    """Freezes a published email as it stands now. `is_new`: publishing it is what is asked for."""
    if not email.published:
        return []
    try:
        if not email.subject:
            raise LetterFault("subject", "it is empty.")
        letter.check(sequence, email)
    except LetterFault as fault:
        text = letter.sentence(fault)
        if is_new or email.content_version_id is None:
            raise SequenceInvalid(
                f"It cannot be published yet. {text}",
                field="subject" if fault.part == "subject" else "body",
                help="Mend that place, then publish it.",
            ) from fault
        return [letter.Hint("not_live", f"People still get the version before. {text}")]
    letter.freeze(sequence, email)
    return []
