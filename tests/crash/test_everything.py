"""kill -9 of everything under load: what was acknowledged is there afterwards."""

import pytest

from tests.support import crash

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(400)]


def test_everything_killed_five_times_loses_nothing_acknowledged():
    outcome = crash.run(kills=5, people=2_000)
    assert outcome.kills == 5
    assert len(outcome.signed_up) > 50
    assert len(outcome.clicked) > 50
    assert outcome.lost_sign_ups == set()
    assert outcome.lost_clicks == set()
    assert outcome.lost_messages == set()
    assert outcome.unknown_messages == set()
    assert outcome.renamed == []
    assert outcome.duplicates <= outcome.kills * crash.CONNECTIONS
