"""Alice writes to her people; Charlie has an account of his own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.mailing import House

if TYPE_CHECKING:
    from postroom.accounts.models import Account


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
def charlie(house: House) -> Account:
    from postroom.accounts.models import Account

    return Account.objects.get(id=house.account("Charlie"))


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> str:
    """A mail server is set; nothing here speaks to it."""
    url = "smtp://127.0.0.1:9"
    monkeypatch.setattr("postroom.sending.outlet.relay_url", lambda: url)
    return url


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 10**12)
