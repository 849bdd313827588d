"""A frozen letter is one row per content; a mail of the house is sealed in it."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from postroom.accounts import services as accounts
from postroom.content import services
from postroom.content.models import ContentVersion
from postroom.lib import clock
from postroom.lib.signing import Keyring
from postroom.sending.letters import BrokenLetter, Letters, WrittenLetter
from postroom.settings import load

BODY = {"text": "Open https://x.example/reset/s3cret", "html": None}
OTHER = {"v": 1, "doc": {"type": "doc", "content": []}}
pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> int:
    return int(accounts.create_account(name="A")[0].pk)


def freeze(account: int, kind: str = "raw", body: dict[str, Any] = BODY) -> ContentVersion:
    return services.freeze(
        account_id=account, kind=kind, subject="Hi", preview_text="", body=body, from_name="A",
        from_email="a@letters.example", reply_to="", footer=False, tracked=False,
    )  # fmt: skip


def test_the_same_content_is_the_same_row(account: int) -> None:
    assert freeze(account, "document", OTHER).pk == freeze(account, "document", OTHER).pk
    assert freeze(account, "document", OTHER).pk != freeze(account, "document", {**OTHER, "v": 1, "x": 1}).pk
    assert freeze(account).pk != freeze(account).pk  # a mail of the house is deleted when it has left
    assert freeze(account, "document", OTHER).body == OTHER


def test_a_mail_of_the_house_is_sealed(account: int) -> None:
    stored = ContentVersion.objects.get(pk=freeze(account).pk).body
    assert "s3cret" not in str(stored)
    assert services.open_raw(stored, Keyring(load().secret_keys())) == BODY
    assert services.open_raw(BODY, Keyring([b"x" * 32])) == BODY
    with pytest.raises(ValueError):
        services.open_raw(stored, Keyring([b"x" * 32]))


def test_it_is_sealed_anew_with_a_new_key(account: int, monkeypatch: pytest.MonkeyPatch) -> None:
    number = freeze(account).pk
    new, old = b"n" * 32, load().secret_keys()[0]
    rotated = SimpleNamespace(secret_keys=lambda: (new, old))
    monkeypatch.setattr(services, "load", lambda: rotated)
    assert services.reseal() == 1
    assert services.open_raw(ContentVersion.objects.get(pk=number).body, Keyring([new])) == BODY


@pytest.mark.parametrize(("key", "made"), [(None, WrittenLetter), (b"x" * 32, BrokenLetter)])
def test_the_sender_opens_it_or_says_why_not(account: int, key: bytes | None, made: type) -> None:
    stored = ContentVersion.objects.get(pk=freeze(account).pk)
    row = {name: getattr(stored, name) for name in (
        "kind", "subject", "preview_text", "body", "from_name", "from_email", "reply_to", "footer", "tracked",
    )}  # fmt: skip
    row |= {"account_name": "A", "postal_address": "", "time_zone": "UTC", "field_names": {}}

    class Book:
        async def load_letter(self, *_: int) -> dict[str, Any]:
            return row

    settings = load() if key is None else load().model_copy(update={"secret_key": key.decode()})
    if key is not None:
        object.__setattr__(settings, "_keys", (key,))
    chunk = SimpleNamespace(
        account_id=account,
        version_id=stored.pk,
        send_id=1,
        send_day=clock.today(),
        kind="system",
        subject_id=None,
    )
    letter = asyncio.run(Letters(Book(), settings).get(chunk))
    assert isinstance(letter, made)
