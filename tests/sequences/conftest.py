"""Alice has sequences; Charlie has an account of his own."""

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
