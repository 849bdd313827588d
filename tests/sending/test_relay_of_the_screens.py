"""A server that was chosen on the screens: mail never slips into the test inbox beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from postroom.lib import signing
from postroom.settings import load
from tests.support.rig import Rig, rig


@pytest.fixture
def post(transactional_db: None, postgres: str, tmp_path: Path) -> Iterator[Rig]:
    with rig(postgres, tmp_path) as found:
        yield found


def choose(post: Rig, sealed: bytes) -> None:
    post.house.db.execute(
        "INSERT INTO installation (id, first_run_step, smtp_url_sealed) VALUES (1, 'you', %s)"
        " ON CONFLICT (id) DO UPDATE SET smtp_url_sealed = excluded.smtp_url_sealed",
        [sealed],
    )


def plan(post: Rig) -> int:
    account = post.house.account()
    people, version = post.house.people(account, 3), post.house.raw_version(account)
    sends = {post.house.plan_one(account, person, version) for person in people}
    return sends.pop()


def test_mail_that_waits_when_a_sender_starts_goes_to_the_server(post: Rig) -> None:
    keys = signing.Keyring(load().secret_keys())
    choose(post, signing.seal(keys, "smtp-url", post.smtp_url.encode()))
    send = plan(post)
    post.start_sender(relay=False)
    post.wait_done(send)
    assert len(post.accepted()) == 3
    assert post.house.value("SELECT count(*) FROM inbox_message") == 0


def test_mail_waits_while_the_server_cannot_be_read(post: Rig) -> None:
    choose(post, b"sealed by another installation")
    send = plan(post)
    post.start_sender(relay=False)
    post.wait(lambda: "cannot be read" in post.log(), "the sender to look")
    time.sleep(1)
    assert post.house.states(send) == {"planned": 3}
    assert post.house.value("SELECT count(*) FROM inbox_message") == 0
