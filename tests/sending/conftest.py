"""A house with a database to plan mail in; put back to empty after each test that wrote."""

from collections.abc import Iterator

import pytest

from tests.support.mailing import House


@pytest.fixture
def house(transactional_db: None, postgres: str) -> Iterator[House]:
    found = House(postgres)
    yield found
    found.close()
