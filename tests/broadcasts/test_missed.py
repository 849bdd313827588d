"""How late a broadcast may leave without being asked for is a setting."""

import sys
from datetime import timedelta

import pytest

from postroom.accounts.models import Account, Notice
from postroom.broadcasts import services
from postroom.broadcasts.models import Broadcast
from postroom.lib import clock
from postroom.settings import load
from tests.broadcasts.support import BODY, turn
from tests.support.mailing import House


@pytest.mark.parametrize(("hours", "expected"), [(1, "paused"), (3, "queued")])
def test_a_letter_that_is_two_hours_late(
    house: House, alice: Account, relay: str, monkeypatch: pytest.MonkeyPatch, hours: int, expected: str
) -> None:
    changed = load().model_copy(update={"missed_after_hours": hours})
    monkeypatch.setattr(sys.modules[services.schedule.__module__], "load", lambda: changed)
    house.people(alice.pk, 1)
    letter = services.create(account_id=alice.pk, subject="Hello", body=BODY)
    services.schedule(account_id=alice.pk, broadcast_id=letter.pk, at="2031-07-01T08:00", zone="UTC")
    Broadcast.objects.update(send_at=clock.now() - timedelta(hours=2))
    turn()
    letter.refresh_from_db()
    assert letter.state == expected
    if expected == "paused":
        assert letter.pause_reason == "missed"
        assert "more than 1 h ago" in Notice.objects.get(account=alice, resolved_at=None).body
