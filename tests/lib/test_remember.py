"""Costly answers are found rarely, and nobody waits for one while there is an older one."""

import threading

from postroom.lib.remember import MOST_KEPT, Remembered


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_is_kept_twenty_times_as_long_as_it_took():
    clock = Clock()
    memory = Remembered(clock)
    found: list[int] = []

    def find() -> int:
        clock.now += 0.1
        found.append(1)
        return len(found)

    assert memory.get("a", find) == 1
    clock.now += 1.9
    assert memory.get("a", find) == 1
    clock.now += 0.2
    assert memory.get("a", find) == 2
    assert memory.get("b", find) == 3


def test_others_get_the_old_answer_while_a_new_one_is_found():
    clock = Clock()
    memory = Remembered(clock)
    begun, go_on, answers = threading.Event(), threading.Event(), []

    def first() -> str:
        clock.now += 1
        return "old"

    def second() -> str:
        begun.set()
        assert go_on.wait(5)
        clock.now += 1
        return "new"

    assert memory.get("a", first) == "old"
    clock.now += 25
    thread = threading.Thread(target=lambda: answers.append(memory.get("a", second)))
    thread.start()
    assert begun.wait(5)
    assert memory.get("a", lambda: "never asked") == "old"
    go_on.set()
    thread.join(5)
    assert answers == ["new"]
    assert memory.get("a", lambda: "never asked") == "new"


def test_a_failure_is_not_kept_and_the_next_may_try():
    memory = Remembered(Clock())

    def fail() -> str:
        raise OSError("the database is away")

    for _ in range(2):
        try:
            memory.get("a", fail)
        except OSError:
            continue
        raise AssertionError("the failure was hidden")
    assert memory.get("a", lambda: "fine") == "fine"


def test_only_so_many_are_kept():
    memory = Remembered(Clock())
    for n in range(MOST_KEPT + 50):
        memory.get(n, lambda n=n: n)
    assert len(memory._kept) == MOST_KEPT
