"""What happens at the same moment: joins of one person, joins while an email is published, two workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from postroom.accounts.models import Account
from postroom.lib import sql
from postroom.sequences import services
from postroom.sequences.models import Enrolment
from tests.sequences.support import course, facts, join, letter, work
from tests.support.mailing import House

AT_ONCE = 6


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """Runs acts at the same moment, each over a connection of its own."""
    from django.db import connection

    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(20)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_person_joins_six_times_at_once(alice: Account) -> None:
    sequence = course(alice, "One")
    made = together([lambda: join(sequence, "ann@example.com")] * AT_ONCE)
    assert len({one["subscription_id"] for one in made}) == 1
    assert Enrolment.objects.count() == 1
    assert len(facts(alice.pk, "sequence_subscribed")) == 1
    assert work() == 1


def test_nobody_misses_an_email_that_is_published_while_they_join(alice: Account) -> None:
    for turn in range(5):
        sequence = course(alice)
        joins = [lambda n=n: join(sequence, f"p{turn}-{n}@example.com") for n in range(AT_ONCE - 1)]  # noqa: B023
        together([lambda: letter(sequence, "One", 0), *joins])  # noqa: B023
        assert work() == AT_ONCE - 1
        assert set(Enrolment.objects.values_list("state", flat=True)) == {"completed"}


def test_two_workers_and_an_editor_neither_wait_for_each_other_nor_mail_twice(
    alice: Account, house: House
) -> None:
    sequence = course(alice, "One", "Two", delay_days=0)
    house.people(alice.pk, 300)
    house.db.execute(
        "SELECT sequences_enrol(%s, %s, id, '', 'api', NULL, '') FROM subscriber WHERE account_id = %s",
        [alice.pk, sequence.pk, alice.pk],
    )

    def move() -> None:
        while services.send_due(limit=20):
            pass

    def edit() -> None:
        for hold in (True, False) * 4:
            services.save(account_id=alice.pk, sequence_id=sequence.pk, changes={"hold": hold})

    together([move, move, edit])
    work()
    rows = sql.rows(
        "SELECT count(*) AS n, count(DISTINCT recipient_id) AS people FROM delivery GROUP BY send_id"
    )
    assert rows == [{"n": 300, "people": 300}] * 2
    assert set(Enrolment.objects.values_list("state", flat=True)) == {"completed"}
