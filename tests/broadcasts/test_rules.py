"""States and their words, wall times, audiences, identical letters."""

from datetime import UTC, datetime

import pytest

from postroom.broadcasts import rules
from postroom.broadcasts.errors import BadAudience, BadTime
from postroom.broadcasts.models import BroadcastState, PauseReason


@pytest.mark.parametrize(
    ("state", "v3", "label"),
    [
        ("draft", "draft", "Draft"),
        ("scheduled", "scheduled", "Scheduled"),
        ("expanding", "sending", "Queued"),
        ("queued", "sending", "Queued"),
        ("sending", "sending", "Sending"),
        ("paused", "sending", "Paused"),
        ("testing", "sending", "Testing"),
        ("completed", "completed", "Sent"),
        ("aborted", "aborted", "Stopped"),
    ],
)
def test_every_state_has_a_word_for_the_api_and_one_for_people(state: str, v3: str, label: str) -> None:
    assert rules.v3_state(state) == v3
    assert rules.label(state) == label


def test_every_state_is_in_the_table_and_under_one_tab() -> None:
    tabs = [state for tab in ("drafts", "scheduled", "sending", "sent") for state in rules.tab_states(tab)]
    assert sorted(tabs) == sorted(BroadcastState.values)


def test_held_before_expansion_is_still_scheduled_for_programs() -> None:
    assert rules.v3_state("paused", held_before_expansion=True) == "scheduled"


@pytest.mark.parametrize("reason", [reason for reason in PauseReason.values if reason != "hand"])
def test_paused_for_any_reason_but_by_hand_is_held(reason: str) -> None:
    assert rules.is_held("paused", reason)
    assert rules.label("paused", reason) == "Held"


def test_paused_by_hand_is_not_held() -> None:
    assert not rules.is_held("paused", "hand")


@pytest.mark.parametrize(
    ("wall", "zone", "instant"),
    [
        ("2026-11-26T08:00", "Europe/Berlin", datetime(2026, 11, 26, 7, 0, tzinfo=UTC)),
        ("2026-07-01T08:00", "America/New_York", datetime(2026, 7, 1, 12, 0, tzinfo=UTC)),
        # skipped by the clocks: 02:30 does not exist, so 03:30 it is
        ("2026-03-29T02:30", "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # twice that night: the first
        ("2026-10-25T02:30", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # a whole day that Samoa skipped
        ("2011-12-30T10:00", "Pacific/Apia", datetime(2011, 12, 30, 20, 0, tzinfo=UTC)),
    ],
)
def test_wall_times(wall: str, zone: str, instant: datetime) -> None:
    assert rules.resolve_wall(wall, zone) == instant


@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        ("tomorrow", "Europe/Berlin"),
        ("2026-02-30T08:00", "Europe/Berlin"),
        ("2026-11-26T08:00", "Europe/Atlantis"),
        ("2026-11-26T08:00", "../../etc/passwd"),
        ("2026-11-26T08:00", ""),
        ("0001-01-01T00:00", "Asia/Tokyo"),
    ],
)
def test_bad_times_are_told(wall: str, zone: str) -> None:
    with pytest.raises(BadTime) as caught:
        rules.resolve_wall(wall, zone)
    assert caught.value.help


def test_an_audience_has_one_shape() -> None:
    assert rules.normal_audience({}) == {"include": {"tags": []}, "exclude": {"tags": []}}
    assert rules.normal_audience({"include": {"tags": [3, 1, 3]}}) == {
        "include": {"tags": [1, 3]},
        "exclude": {"tags": []},
    }


@pytest.mark.parametrize(
    "audience",
    [
        [],
        "everyone",
        {"all": True},
        {"include": [1]},
        {"include": {"tags": "1"}},
        {"include": {"tags": [True]}},
        {"include": {"tags": [0]}},
        {"include": {"tags": [2**53]}},
        {"include": {"tags": [1], "forms": [2]}},
    ],
)
def test_bad_audiences_are_told(audience: object) -> None:
    with pytest.raises(BadAudience):
        rules.normal_audience(audience)


@pytest.mark.parametrize(
    ("audience", "text"),
    [
        ({}, "Everyone"),
        ({"include": {"tags": [1, 2]}}, "Readers or Buyers"),
        ({"include": {"tags": [1]}, "exclude": {"tags": [2]}}, "Readers, not Buyers"),
        ({"exclude": {"tags": [9]}}, "Everyone, not a deleted tag"),
    ],
)
def test_an_audience_in_words(audience: dict, text: str) -> None:
    assert rules.audience_text(audience, {1: "Readers", 2: "Buyers"}) == text


def test_identical_means_same_letter_to_the_same_people() -> None:
    letter = {
        "subject": "A",
        "body": {"v": 1, "doc": {"b": 1, "a": 2}},
        "audience": {"include": {"tags": [2, 1]}},
    }
    same = {
        "audience": {"include": {"tags": [1, 2]}},
        "body": {"doc": {"a": 2, "b": 1}, "v": 1},
        "subject": "A",
    }
    assert rules.content_key(letter) == rules.content_key(same | {"send_at": "later", "description": "x"})
    assert rules.content_key(letter) != rules.content_key(letter | {"subject": "B"})
    assert rules.content_key(letter) != rules.content_key(letter | {"audience": {}})
