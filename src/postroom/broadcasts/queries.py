"""Reads of broadcasts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count

from postroom.broadcasts import rules
from postroom.broadcasts.errors import BroadcastNotFound
from postroom.broadcasts.models import Broadcast, BroadcastState
from postroom.sending.models import Send, SendKind
from postroom.subscribers.models import Tag
from postroom.subscribers.queries import audience as people
from postroom.subscribers.queries.audience import Condition
from postroom.tracking import queries as tracking


def get(account_id: int, broadcast_id: int) -> Broadcast:
    """One broadcast. Raises BroadcastNotFound."""
    found = Broadcast.objects.filter(account_id=account_id, id=broadcast_id).first()
    if found is None:
        raise BroadcastNotFound("This broadcast does not exist.", help="It may have been deleted.")
    return found


def list_page(
    account_id: int, *, tab: str = "", search: str = "", page: int = 1, per_page: int = 50
) -> tuple[list[Broadcast], int]:
    """A page of one tab's broadcasts, the next or newest first, and how many the tab has."""
    found = Broadcast.objects.filter(account_id=account_id)
    if tab:
        found = found.filter(state__in=rules.tab_states(tab))
    if search:
        found = found.filter(subject__icontains=search)
    order = {
        "scheduled": ("send_at", "id"),
        "sending": ("started_at", "id"),
        "drafts": ("-updated_at", "-id"),
    }
    found = found.order_by(*order.get(tab, ("-finished_at", "-id")))
    start = (page - 1) * per_page
    return list(found[start : start + per_page]), found.count()


def tab_counts(account_id: int) -> dict[str, int]:
    """How many broadcasts each tab has."""
    states = dict(
        Broadcast.objects.filter(account_id=account_id).values_list("state").annotate(Count("id")).order_by()
    )
    return {
        tab: sum(states.get(state, 0) for state in rules.tab_states(tab))
        for tab in ("drafts", "scheduled", "sending", "sent")
    }


def audience_texts(account_id: int, broadcasts: Iterable[Broadcast]) -> dict[int, str]:
    """The audience of each broadcast in words, by broadcast id."""
    listed = list(broadcasts)
    ids = {
        tag
        for broadcast in listed
        for side in ("include", "exclude")
        for tag in broadcast.audience.get(side, {}).get("tags", [])
    }
    names = (
        dict(Tag.objects.filter(account_id=account_id, id__in=ids).values_list("id", "name")) if ids else {}
    )
    sends = {sent for broadcast in listed if (sent := broadcast.audience.get("not_opened"))}
    subjects = _subjects(account_id, sends) if sends else {}
    return {broadcast.pk: rules.audience_text(broadcast.audience, names, subjects) for broadcast in listed}


def _subjects(account_id: int, send_ids: set[int]) -> dict[int, str]:
    sends = Send.objects.filter(account_id=account_id, id__in=send_ids, kind=SendKind.BROADCAST)
    letters = dict(sends.values_list("id", "subject_id"))
    known = dict(
        Broadcast.objects.filter(account_id=account_id, id__in=letters.values()).values_list("id", "subject")
    )
    return {send_id: known.get(letter or 0, "") for send_id, letter in letters.items()}


def names_deleted_tag(account_id: int, audience: dict[str, Any]) -> bool:
    """Whether an audience names a tag that is gone: an exclusion that matches nobody lets everybody in."""
    wanted = {tag for side in ("include", "exclude") for tag in audience.get(side, {}).get("tags", [])}
    return Tag.objects.filter(account_id=account_id, id__in=wanted).count() < len(wanted)


def audience_condition(account_id: int, audience: dict[str, Any]) -> Condition | None:
    """What an audience demands besides its tags. Raises SendNotFound."""
    send_id = audience.get("not_opened")
    return tracking.without_sign(account_id, send_id) if send_id else None


def count_people(account_id: int, audience: dict[str, Any]) -> int:
    """How many active people an audience has now."""
    return people.count_audience(account_id, audience, more=audience_condition(account_id, audience))


def sample_people(account_id: int, audience: dict[str, Any]) -> list[dict[str, Any]]:
    """A few people of an audience: id, email, first_name."""
    return people.sample_audience(account_id, audience, more=audience_condition(account_id, audience))


def find_identical(broadcast: Broadcast) -> Broadcast | None:
    """Another letter with the same content and audience that waits or runs already, the oldest."""
    return (
        Broadcast.objects.filter(
            account_id=broadcast.account_id,
            content_key=broadcast.content_key,
            state__in=rules.WAITS_OR_RUNS,
            held_before_expansion=False,
        )
        .exclude(id=broadcast.pk)
        .order_by("started_at", "id")
        .first()
    )


def waiting_behind(account_id: int, broadcast: Broadcast) -> list[Broadcast]:
    """Broadcasts of the account that start after this one: live ones that came later, and what is scheduled
    or held."""
    found = Broadcast.objects.filter(
        account_id=account_id, state__in=(*rules.LIVE, BroadcastState.PAUSED, BroadcastState.SCHEDULED)
    ).exclude(id=broadcast.pk)
    if broadcast.started_at is not None:
        found = found.exclude(started_at__lt=broadcast.started_at)
    return list(found.order_by("started_at", "send_at", "id")[:20])
