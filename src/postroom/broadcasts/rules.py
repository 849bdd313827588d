"""Pure rules of broadcasts: states and their words, what may become what, wall times, identical letters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
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

CONTENT_FIELDS = (
    "subject", "preview_text", "body", "audience", "from_name", "from_email", "description", "public",
    "published_at", "thumbnail_url", "thumbnail_alt", "ambiguous",
)  # fmt: skip
MOST_CHARS = {"subject": 1_000, "preview_text": 1_000, "from_name": 200, "from_email": 320}
"""Characters of what becomes a line of the message; mail programs show far less."""


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


def normal_audience(audience: Any) -> dict[str, Any]:
    """An audience in its one shape `{"include": {"tags": [ids]}, "exclude": {"tags": [ids]}}`, sorted; with
    `"not_opened": send_id` when it is for those only who gave no sign of having opened that send.

    Raises BadAudience."""
    shape = "An audience looks like {include: {tags: [1, 2]}, exclude: {tags: [3]}}."
    if not isinstance(audience, dict) or not set(audience) <= {"include", "exclude", "not_opened"}:
        raise BadAudience("This is no audience.", help=shape, field="audience")
    found: dict[str, Any] = {}
    for side in ("include", "exclude"):
        part = audience.get(side) or {}
        tags = part.get("tags", []) if isinstance(part, dict) and set(part) <= {"tags"} else None
        if not isinstance(tags, list) or not all(map(_is_id, tags)):
            raise BadAudience("This is no audience.", help=shape, field="audience")
        found[side] = {"tags": sorted(set(tags))}
    send_id = audience.get("not_opened")
    if send_id is not None:
        if not _is_id(send_id):
            raise BadAudience("`not_opened` names a send by its number.", help=shape, field="audience")
        found["not_opened"] = send_id
    return found


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53


def audience_text(
    audience: Mapping[str, Any], names: Mapping[int, str], subjects: Mapping[int, str] | None = None
) -> str:
    """An audience in words: `Everyone`, or its tags in and out; before that whose silence it is about.

    `names` of tags by id, `subjects` of sends by id."""
    tags = _tags_text(audience, names)
    send_id = audience.get("not_opened")
    if not send_id:
        return tags
    quiet = f"Did not open “{(subjects or {}).get(send_id) or 'a deleted letter'}”"
    return quiet if tags == "Everyone" else f"{quiet}, {tags}"


def _tags_text(audience: Mapping[str, Any], names: Mapping[int, str]) -> str:
    inside = [names.get(tag, "a deleted tag") for tag in audience.get("include", {}).get("tags", [])]
    outside = [names.get(tag, "a deleted tag") for tag in audience.get("exclude", {}).get("tags", [])]
    text = " or ".join(inside) if inside else "Everyone"
    return f"{text}, not {' or '.join(outside)}" if outside else text
