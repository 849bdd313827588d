"""Write a letter: create, save, duplicate, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from postroom.accounts import services as accounts
from postroom.accounts.models import Account
from postroom.broadcasts import queries, rules
from postroom.broadcasts.errors import BadAudience, BadPolicy, Stale, TooLong, WrongState
from postroom.broadcasts.models import Broadcast, BroadcastState
from postroom.content.document import empty_document, validate
from postroom.sending.models import Ambiguous, Send, SendKind
from postroom.subscribers.models import Tag

_CHANGEABLE = Q(state__in=rules.EDITABLE) | Q(state=BroadcastState.PAUSED, held_before_expansion=True)


def create(*, account_id: int, **content: Any) -> Broadcast:
    """A new draft; `content` may hold any of `rules.CONTENT_FIELDS`. From name and address come from the
    account.

    Raises BadAudience, and content's errors for a body that is no document."""
    account = Account.objects.get(id=account_id)
    values = {
        "body": empty_document(),
        "audience": rules.normal_audience({}),
        "from_name": account.from_name,
        "from_email": account.from_email,
    }
    values |= _checked(account_id, content)
    return Broadcast.objects.create(account_id=account_id, **values)


def save(
    *, account_id: int, broadcast_id: int, revision: int | None, changes: Mapping[str, Any]
) -> Broadcast:
    """Store changes that were based on `revision` (None: whatever is there) and answer the letter with its
    new one.

    Raises BroadcastNotFound, Stale (with the current revision in `help`), WrongState, BadAudience, TooLong.
    """
    values = _checked(account_id, changes)
    wanted = Broadcast.objects.filter(_CHANGEABLE, account_id=account_id, id=broadcast_id)
    if revision is not None:
        wanted = wanted.filter(revision=revision)
    if not wanted.update(**values, revision=F("revision") + 1, updated_at=Now()):
        _explain(account_id, broadcast_id, revision)
    return queries.get(account_id, broadcast_id)


def duplicate(*, account_id: int, broadcast_id: int) -> Broadcast:
    """A new draft with the same content and audience."""
    old = queries.get(account_id, broadcast_id)
    kept = {
        name: getattr(old, name) for name in rules.CONTENT_FIELDS if name not in ("public", "published_at")
    }
    return Broadcast.objects.create(account_id=account_id, **kept, copy_of_id=old.pk)


def follow_up(*, account_id: int, broadcast_id: int, subject: str = "") -> Broadcast:
    """A new draft of the same letter for those who were delivered it and gave no sign of opening it; who they
    are is asked again when it leaves. It needs a subject of its own, so an empty one stays empty.

    Raises BroadcastNotFound, WrongState while the letter has not been sent to its end."""
    old = queries.get(account_id, broadcast_id)
    if old.send_id is None or old.state not in rules.ENDED:
        raise WrongState(
            "This broadcast has not been sent, so nobody has missed it.",
            help="Wait until it is sent, then give people a day to open it.",
        )
    kept = {name: getattr(old, name) for name in ("preview_text", "body", "from_name", "from_email")}
    audience = {**rules.normal_audience({}), "not_opened": old.send_id}
    values = _checked(account_id, {"subject": subject, "audience": audience})
    return Broadcast.objects.create(account_id=account_id, **kept, **values, copy_of_id=old.pk)


def delete(*, account_id: int, broadcast_id: int) -> None:
    """Remove a letter that has not begun to leave. Raises BroadcastNotFound, WrongState."""
    gone, _ = Broadcast.objects.filter(
        _CHANGEABLE, account_id=account_id, id=broadcast_id, send_id__isnull=True
    ).delete()
    if not gone:
        queries.get(account_id, broadcast_id)
        raise WrongState(
            "This broadcast has begun to leave and is kept with its report.",
            help="Cancel it to stop what has not left yet.",
        )
    accounts.resolve_notice(account_id=account_id, key=f"broadcast-held-{broadcast_id}")


@transaction.atomic
def _explain(account_id: int, broadcast_id: int, revision: int | None) -> None:
    now = queries.get(account_id, broadcast_id)
    if revision is not None and now.revision != revision:
        raise Stale(
            "This letter was changed in another window since you opened it.",
            help=f"Load it again to see the other version (revision {now.revision}), then repeat it.",
            field="revision",
        )
    raise WrongState(
        f"A broadcast that is {rules.label(now.state, now.pause_reason).lower()} cannot be changed.",
        help="Duplicate it to write another.",
    )


def _checked(account_id: int, content: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(content) - set(rules.CONTENT_FIELDS)
    if unknown:
        raise TypeError(f"no fields of a broadcast: {sorted(unknown)}")
    values = dict(content)
    for name in ("subject", "preview_text", "from_name"):
        if name in values:  # one line each: these become headers
            values[name] = " ".join(str(values[name] or "").split())
    for name, most in rules.MOST_CHARS.items():
        if (over := len(str(values.get(name) or "")) - most) > 0:
            raise TooLong(f"This is {over} characters too long.", help=f"At most {most} fit.", field=name)
    if values.get("ambiguous", "") not in ("", *Ambiguous.values):
        raise BadPolicy(
            f"{values['ambiguous']!r} says nothing about messages whose answer was lost.",
            help="Choose resend, hold, or leave it empty for the installation's own choice.",
            field="ambiguous",
        )
    if "body" in values:
        values["body"] = validate(values["body"])
    if "audience" in values:
        values["audience"] = _known(account_id, rules.normal_audience(values["audience"]))
    return values


def _known(account_id: int, audience: dict[str, Any]) -> dict[str, Any]:
    wanted = {tag for side in ("include", "exclude") for tag in audience[side]["tags"]}
    found = set(Tag.objects.filter(account_id=account_id, id__in=wanted).values_list("id", flat=True))
    if wanted - found:
        raise BadAudience(
            f"Tag {min(wanted - found)} does not exist.",
            help="Choose tags of this account.",
            field="audience",
        )
    send_id = audience.get("not_opened")
    if send_id and not _is_letter_sent(account_id, send_id):
        raise BadAudience(
            f"Send {send_id} is no broadcast of this account.",
            help="Take the number from a sent broadcast (`send_id`).",
            field="audience",
        )
    return audience


def _is_letter_sent(account_id: int, send_id: int) -> bool:
    sends = Send.objects.filter(account_id=account_id, id=send_id, kind=SendKind.BROADCAST)
    return sends.exists()
