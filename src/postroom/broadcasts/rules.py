"""Pure rules of broadcasts: states and their words, what may become what, wall times, identical letters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from postroom.broadcasts.errors import BadAudience, BadTime
from postroom.broadcasts.models import BroadcastState as S
from postroom.broadcasts.models import PauseReason

EDITABLE = (S.DRAFT, S.SCHEDULED)
"""A letter held before its expansion may be changed too."""
LIVE = (S.EXPANDING, S.QUEUED, S.SENDING)
WAITS_OR_RUNS = (*LIVE, S.PAUSED)
ENDED = (S.COMPLETED, S.ABORTED)

_V3 = {
    S.DRAFT: "draft",
    S.SCHEDULED: "scheduled",
    S.EXPANDING: "sending",
    S.QUEUED: "sending",
    S.SENDING: "sending",
    S.PAUSED: "sending",
    S.TESTING: "sending",
    S.COMPLETED: "completed",
    S.ABORTED: "aborted",
}
_TABS = {
    "drafts": (S.DRAFT,),
    "scheduled": (S.SCHEDULED,),
    "sending": (S.EXPANDING, S.QUEUED, S.SENDING, S.PAUSED, S.TESTING),
    "sent": (S.COMPLETED, S.ABORTED),
}
MISSED_AFTER = timedelta(hours=6)
"""A schedule found later than this after its time asks instead of sending."""

CONTENT_FIELDS = (
    "subject", "preview_text", "body", "audience", "from_name", "from_email", "description", "public",
    "published_at", "thumbnail_url", "thumbnail_alt",
)  # fmt: skip


def v3_state(state: str, *, held_before_expansion: bool = False) -> str:
    """The state's word in Kit's API v3."""
    if state == S.PAUSED and held_before_expansion:
        return "scheduled"
    return _V3[S(state)]


def label(state: str, pause_reason: str = "", *, send_anyway_pending: bool = False) -> str:
    """The word that screens use."""
    if is_held(state, pause_reason):
        return "Held"
    return S(state).label


def is_held(state: str, pause_reason: str) -> bool:
    """Paused for any reason but by hand."""
    return state == S.PAUSED and pause_reason not in ("", PauseReason.HAND)


def tab_states(tab: str) -> Sequence[str]:
    """The states listed under a tab. Raises KeyError for a tab that does not exist."""
    return _TABS[tab]


def resolve_wall(wall: str, zone: str) -> datetime:
    """The instant (UTC) of a wall time `YYYY-MM-DDTHH:MM` in an IANA zone. Raises BadTime.

    A wall time that the zone skips (clocks go forward) moves forward by the gap; one that it has twice is
    the first."""
    try:
        area = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise BadTime(
            f"{zone!r} is no time zone.", help="Use a name such as Europe/Berlin.", field="zone"
        ) from None
    try:
        naive = datetime.strptime(wall, "%Y-%m-%dT%H:%M")  # noqa: DTZ007
    except ValueError:
        raise BadTime(
            f"{wall!r} is no date and time.", help="Write it like 2026-11-26T08:00.", field="at"
        ) from None
    try:
        return naive.replace(tzinfo=area).astimezone(UTC)
    except OverflowError:
        raise BadTime("This time is out of range.", help="Choose a nearer time.", field="at") from None


def content_key(content: Mapping[str, Any]) -> str:
    """A fingerprint of what is sent to whom; equal for letters that nobody should get twice."""
    kept = {key: content.get(key) for key in ("subject", "preview_text", "body", "from_name", "from_email")}
    kept["audience"] = normal_audience(content.get("audience") or {})
    return hashlib.sha256(json.dumps(kept, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def normal_audience(audience: Any) -> dict[str, dict[str, list[int]]]:
    """An audience in its one shape `{"include": {"tags": [ids]}, "exclude": {"tags": [ids]}}`, sorted.

    Raises BadAudience."""
    shape = "An audience looks like {include: {tags: [1, 2]}, exclude: {tags: [3]}}."
    if not isinstance(audience, dict) or not set(audience) <= {"include", "exclude"}:
        raise BadAudience("This is no audience.", help=shape, field="audience")
    found: dict[str, dict[str, list[int]]] = {}
    for side in ("include", "exclude"):
        part = audience.get(side) or {}
        tags = part.get("tags", []) if isinstance(part, dict) and set(part) <= {"tags"} else None
        if not isinstance(tags, list) or not all(
            isinstance(tag, int) and not isinstance(tag, bool) and 0 < tag < 2**53 for tag in tags
        ):
            raise BadAudience("This is no audience.", help=shape, field="audience")
        found[side] = {"tags": sorted(set(tags))}
    return found


def audience_text(audience: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """An audience in words: `Everyone`, or its tags in and out."""
    inside = [names.get(tag, "a deleted tag") for tag in audience.get("include", {}).get("tags", [])]
    outside = [names.get(tag, "a deleted tag") for tag in audience.get("exclude", {}).get("tags", [])]
    text = " or ".join(inside) if inside else "Everyone"
    return f"{text}, not {' or '.join(outside)}" if outside else text
