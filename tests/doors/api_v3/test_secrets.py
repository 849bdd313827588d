"""Keys and addresses stand in v3's query strings: they reach no log, the secret no row, errors included."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client

from postroom.config import logs
from tests.doors.api_v3.conftest import Kit

ADDRESS = "marked-zebra-77@example.com"


@pytest.fixture
def log_lines() -> Iterator[Callable[[], str]]:
    """Everything that any library logs, as the web process would write it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.set_up("web")
    root.setLevel(logging.DEBUG)
    written = io.StringIO()
    root.handlers[0].setStream(written)  # type: ignore[attr-defined]
    yield written.getvalue
    root.handlers[:] = before
    root.setLevel(level)


def test_no_log_line_holds_a_key_or_an_address(
    alice: Kit, form: int, log_lines: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(raise_request_exception=False)
    keys = f"api_key={alice.key}&api_secret={alice.secret}&email={ADDRESS}&email_address={ADDRESS}"
    tag = alice.post("/v3/tags", {"tag": {"name": "VIP"}}).data["id"]
    for path in ("account", "subscribers", "forms", "nothing", "tags/99/subscriptions", "subscribers/99"):
        client.get(f"/v3/{path}?{keys}")
    for path in (
        f"forms/{form}/subscribe",
        f"tags/{tag}/subscribe",
        "forms/99/subscribe",
        f"tags/{tag}/unsubscribe",
    ):
        client.post(f"/v3/{path}?{keys}", b"", content_type="application/json")
    client.post(f"/v3/tags?{keys}", b'{"broken', content_type="application/json")
    client.put(f"/v3/unsubscribe?{keys}")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("postroom.doors.api_v3.account.answer", fail)
    broken = client.get(f"/v3/account?{keys}")
    assert (broken.status_code, set(broken.json())) == (500, {"error", "message"})
    written = log_lines()
    assert "on purpose" in written
    for secret in (alice.secret, alice.key, ADDRESS, "zebra"):
        assert secret not in written
    assert alice.secret not in broken.content.decode()


def test_the_secret_stands_in_no_row(alice: Kit) -> None:
    alice.get("/v3/account")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{name}" t WHERE t::text LIKE %s', [f"%{alice.secret}%"])
            assert cursor.fetchone() == (0,), name
