"""Ten thousand people due at the same moment."""

import time

import pytest

from postroom.accounts.models import Account
from postroom.lib import sql
from tests.sequences.support import course, work
from tests.support.mailing import House

PEOPLE = 10_000


@pytest.mark.slow
def test_ten_thousand_due_at_once_take_seconds(alice: Account, house: House) -> None:
    sequence = course(alice, "One", "Two")
    house.people(alice.pk, PEOPLE)
    house.db.execute(
        "SELECT sequences_enrol(%s, %s, id, '', 'api', NULL, '') FROM subscriber WHERE account_id = %s",
        [alice.pk, sequence.pk, alice.pk],
    )
    began = time.monotonic()
    assert work() == PEOPLE
    took_s = time.monotonic() - began
    print(f"{PEOPLE} people moved in {took_s:.1f} s")
    assert sql.row("SELECT count(*) AS n FROM delivery") == {"n": PEOPLE}
    assert took_s < 30, "a tenth of this on an idle machine"
