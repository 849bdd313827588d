"""Facts reach their reactions; one that fails stands alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from postroom.accounts import services as accounts
from postroom.config import reactions
from postroom.events import services as events
from postroom.events.errors import FactNotParked
from postroom.lib import sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Iterator[int]:
    yield accounts.create_account(name="Alice")[0].id
    events.reactions_registry.clear()
    events.parked_hooks.clear()


def make(alice: int, count: int) -> list[int]:
    return [events.record(account_id=alice, kind="tag_added", subject_id=n) for n in range(count)]


def waiting() -> int:
    row = sql.row("SELECT count(*) AS n FROM fact_pending")
    return row["n"] if row else -1


def test_a_batch_calls_each_reaction_once(alice: int) -> None:
    seen: list[list[int | None]] = []
    events.reactions_registry["tag_added"] = [lambda batch: seen.append([f.subject_id for f in batch])]
    make(alice, 5)
    assert events.fan_out() == 5
    assert seen == [[0, 1, 2, 3, 4]]
    assert (events.fan_out(), waiting()) == (0, 0)


def test_the_fact_that_fails_stands_alone_and_the_others_go_on(alice: int) -> None:
    done: list[int | None] = []

    def react(batch: object) -> None:
        if any(fact.subject_id == 3 for fact in batch):  # type: ignore[attr-defined]
            raise RuntimeError("three")
        done.extend(fact.subject_id for fact in batch)  # type: ignore[attr-defined]

    events.reactions_registry["tag_added"] = [react]
    make(alice, 7)
    events.fan_out()
    assert sorted(done) == [0, 1, 2, 4, 5, 6]
    assert sql.row("SELECT attempts, error, next_at > now() AS later FROM fact_pending") == {
        "attempts": 1, "error": "RuntimeError: three", "later": True,
    }  # fmt: skip


def test_after_eight_attempts_a_fact_is_parked_with_an_alarm_and_can_be_replayed(alice: int) -> None:
    reactions.bind()

    def react(batch: object) -> None:
        raise RuntimeError("never")

    events.reactions_registry["tag_added"] = [react]
    (fact,) = make(alice, 1)
    for _ in range(8):
        sql.execute("UPDATE fact_pending SET next_at = now()")
        events.fan_out()
    assert [p["id"] for p in events.parked(alice)] == [fact]
    assert sql.row("SELECT level FROM notice WHERE account_id = %s", [alice]) == {"level": "alarm"}
    assert events.fan_out() == 0
    events.reactions_registry["tag_added"] = []
    events.replay(account_id=alice, fact_id=fact)
    assert (events.fan_out(), waiting()) == (1, 0)
    with pytest.raises(FactNotParked):
        events.replay(account_id=alice, fact_id=fact)


def test_an_unknown_kind_is_a_broken_promise(alice: int) -> None:
    with pytest.raises(ValueError):
        events.record(account_id=alice, kind="tag_addd")
