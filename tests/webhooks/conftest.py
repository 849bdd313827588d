"""Alice has webhooks; a worker's loop that delivers them; a target on this machine."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.mailing import House
from tests.webhooks.target import Target

if TYPE_CHECKING:
    from postroom.accounts.models import Account


@pytest.fixture(autouse=True)
def _private_targets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from postroom.settings import load

    monkeypatch.setenv("POSTROOM_ALLOW_PRIVATE_TARGETS", "true")
    load.cache_clear()
    yield
    monkeypatch.undo()
    load.cache_clear()


@pytest.fixture
def house(transactional_db: None, postgres: str) -> Iterator[House]:
    found = House(postgres)
    yield found
    found.close()


@pytest.fixture
def alice(house: House) -> Account:
    from postroom.accounts.models import Account

    return Account.objects.get(id=house.account("Alice"))


@pytest.fixture
def target() -> Iterator[Target]:
    made = Target()
    made.start()
    yield made
    made.stop()


@contextmanager
def delivering(dsn: str, *, allow_private: bool = True) -> Iterator[Any]:
    """The worker's loop, in a thread."""
    from postroom.webhooks.deliver import Deliverer

    stop, failed = threading.Event(), []
    made: list[Any] = []

    async def go() -> None:
        made.append(Deliverer(dsn=dsn, allow_private=allow_private))
        await made[0].run(stop)

    def run() -> None:
        try:
            asyncio.run(go())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield made
    finally:
        stop.set()
        thread.join(20)
    assert not failed, failed


def fan_out() -> None:
    """What the worker's loop does every second."""
    from postroom.config import reactions

    while reactions.fan_out(threading.Event()):
        pass


def wait_for(check: Callable[[], Any], within_s: float = 8) -> Any:
    """What `check` answers once it is true."""
    end = time.monotonic() + within_s
    while not (found := check()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found
