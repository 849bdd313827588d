"""Alice writes to her people; Charlie has an account of his own."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from postroom.accounts.models import Account
from postroom.broadcasts import loops
from postroom.settings import load
from tests.support.mailing import House

NEVER = Event()
BODY = {
    "v": 1,
    "doc": {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Good morning."}]}],
    },
}


@pytest.fixture
def house(transactional_db: None, postgres: str) -> Iterator[House]:
    found = House(postgres)
    yield found
    found.close()


@pytest.fixture
def alice(house: House) -> Account:
    return Account.objects.get(id=house.account("Alice"))


@pytest.fixture
def charlie(house: House) -> Account:
    return Account.objects.get(id=house.account("Charlie"))


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> str:
    """A mail server is set; nothing here speaks to it."""
    url = "smtp://127.0.0.1:9"
    monkeypatch.setattr("postroom.sending.outlet.relay_url", lambda: url)
    return url


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 10**12)
    load()


def turn() -> None:
    """Let the scheduler do everything that is due."""
    loops.start_due(NEVER)
    while loops.expand_audiences(NEVER):
        pass
    loops.follow_sends(NEVER)
