"""Targets that are slow, endless, broken or inside the network: they harm nobody but themselves."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp import web

from postroom.accounts.models import Account
from postroom.lib import http
from postroom.webhooks import deliver, services
from postroom.webhooks.models import HookAttempt, HookDelivery
from tests.support.mailing import House
from tests.webhooks.conftest import delivering, fan_out, wait_for
from tests.webhooks.target import Target
from tests.webhooks.test_way import hook, join


@contextmanager
def raw(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says to each connection what `speak` says; answers its URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=200)
    ended = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection:
            connection.settimeout(15)
            try:
                speak(connection)
            except OSError:
                return

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    ended.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def silent(connection: socket.socket) -> None:
    connection.recv(65536)
    while connection.recv(65536):
        pass


def endless(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def gigabyte(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
    for _ in range(15259):
        connection.sendall(b"x" * 65536)


def endless_headers(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: x\r\n" * 1000)


def long_header(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        connection.sendall(b"x" * 65536)


def dripping(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def closing(connection: socket.socket) -> None:
    connection.close()


def garbage(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"\x00\xff SSH-2.0 not http at all\r\n\r\n")


def redirecting(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")


def bomb(connection: socket.socket) -> None:
    import gzip

    connection.recv(65536)
    body = gzip.compress(b"\0" * 50_000_000)
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def post(url: str, *, allow_private: bool = True, timeout_s: float = 0.5) -> http.Answer:
    async def go() -> http.Answer:
        caller = http.Caller(
            allow_private=allow_private, timeout_s=timeout_s, max_bytes=deliver.MAX_ANSWER, at_once=4
        )
        try:
            return await caller.post(url, b"{}", {})
        finally:
            await caller.close()

    return asyncio.run(go())


@pytest.mark.parametrize(
    ("speak", "status", "words"),
    [
        (silent, None, "no answer within"),
        (endless, 200, ""),
        (gigabyte, 200, ""),
        (bomb, 200, ""),
        (dripping, 200, ""),
        (endless_headers, None, "HTTP"),
        (long_header, None, "HTTP"),
        (closing, None, "closed the connection"),
        (garbage, None, "not HTTP"),
        (redirecting, 302, "redirect"),
    ],
)
def test_a_call_ends_in_time_and_reads_little(
    speak: Callable[[socket.socket], None], status: int | None, words: str
) -> None:
    with raw(speak) as url:
        begin = time.monotonic()
        answer = post(url)
        assert time.monotonic() - begin < 3
    assert answer.status == status
    assert words in answer.error
    assert bool(answer.error) == bool(words)
    assert len(answer.body) <= deliver.MAX_ANSWER


def test_nothing_listening_is_said_in_words() -> None:
    with raw(closing) as url:
        pass
    assert post(url).error == "Nothing accepts connections there."
    assert post("http://no-such-name.invalid/", timeout_s=5).error in (
        "Its name could not be found.",
        "There was no answer within 5 seconds.",
    )


PRIVATE = (
    "127.0.0.1 127.8.9.1 10.0.0.1 172.16.5.5 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 "
    "255.255.255.255 240.0.0.1 192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%lo fc00::1 fd12::1 ff02::1 "
    "::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1:: "
    "2001::1 2001:db8::1 fec0::1 garbage"
)


@pytest.mark.parametrize("address", PRIVATE.split())
def test_addresses_that_are_not_public(address: str) -> None:
    assert not http.is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert http.is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "localhost", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "0"],
)
def test_no_spelling_of_this_machine_is_called(host: str, target: Target) -> None:
    answer = post(f"http://{host}:{target.port}/", allow_private=False, timeout_s=5)
    assert (answer.status, target.calls) == (None, [])
    # Some spellings are no URL at all to the client.
    assert "private network" in answer.error or answer.error == "The URL cannot be called."


def test_a_name_that_turns_private_between_look_and_call_is_not_called(
    alice: Account, target: Target, house: House, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when the webhook is made, and at the first look; then this machine."""
    from postroom.settings import load

    monkeypatch.setenv("POSTROOM_ALLOW_PRIVATE_TARGETS", "false")
    load.cache_clear()
    looks: list[str] = []
    real = socket.getaddrinfo

    def lie(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if host != "rebind.example":
            return real(host, port, *more, **named)
        looks.append(host)
        return real("127.0.0.1", port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", lie)
    hook(alice, f"http://rebind.example:{target.port}/")
    join(alice)
    fan_out()
    with delivering(postgres, allow_private=False):
        for tries in (1, 2):
            wait_for(lambda n=tries: HookAttempt.objects.count() == n)
            house.db.execute("UPDATE hook_delivery SET next_at = now()")
            time.sleep(0.1)
    assert looks
    assert target.calls == []
    assert "private network" in HookAttempt.objects.latest("id").error
    assert HookDelivery.objects.get().state == "waiting"


def test_a_redirect_into_the_network_is_not_followed(target: Target) -> None:
    async def lead(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/inside")

    target.answers["/"] = lead
    assert post(f"{target.url}/").status == 302
    assert [call.path for call in target.calls] == ["/"]


def test_slow_and_hostile_targets_delay_nobody_else(
    alice: Account, target: Target, house: House, postgres: str
) -> None:
    """300 deliveries to silent targets and 200 to an endless one come first in the queue."""
    charlie = Account.objects.get(id=house.account("Charlie"))
    with raw(silent) as dead, raw(endless) as flood:
        names = {"127.0.0.2": dead, "127.0.0.3": dead, "127.0.0.4": flood}
        hooks = [hook(charlie, "http://127.0.0.1:9/") for _ in names]
        for made, (host, url) in zip(hooks, names.items(), strict=True):
            house.db.execute("UPDATE hook SET host = %s, target_url = %s WHERE id = %s", [host, url, made.pk])
        people = house.people(charlie.pk, 170)
        house.db.execute(
            "INSERT INTO hook_delivery (account_id, hook_id, subscriber_id, fact_id, body, host, state,"
            " next_at) SELECT h.account_id, h.id, p, 1, '{}', h.host, 'waiting', now() - interval '1 hour'"
            " FROM hook h CROSS JOIN unnest(%s::bigint[]) p WHERE h.account_id = %s",
            [people, charlie.pk],
        )
        hook(alice, f"{target.url}/")
        with delivering(postgres):
            time.sleep(0.7)  # the others have taken their places
            begin = time.monotonic()
            join(alice)
            fan_out()
            wait_for(lambda: target.calls, 5)
            assert time.monotonic() - begin < 2


def test_kit_4_a_killed_worker_loses_nothing(
    alice: Account, target: Target, house: House, postgres: str
) -> None:
    """Its lease ends, and the next worker tells what it had taken: at least once."""
    hook(alice, f"{target.url}/")
    ids = [join(alice, f"p{n}@example.com") for n in range(30)]
    fan_out()
    house.db.execute("UPDATE hook_delivery SET claim = 1, next_at = now() + interval '1 minute'")  # taken
    with delivering(postgres):
        time.sleep(0.6)
        assert target.calls == []
        house.db.execute("UPDATE hook_delivery SET next_at = now() - interval '1 second'")  # the lease ended
        wait_for(lambda: HookDelivery.objects.filter(state="delivered").count() == len(ids))
    assert len(target.calls) == len(ids)


def test_who_lost_the_lease_writes_nothing_down(alice: Account, house: House, postgres: str) -> None:
    made = hook(alice, "http://127.0.0.1:9/")
    join(alice)
    fan_out()
    row = HookDelivery.objects.get()

    async def finish_late() -> None:
        import psycopg
        from psycopg.rows import dict_row

        loop = deliver.Deliverer(dsn=postgres, allow_private=True)
        late = {
            "account_id": alice.pk,
            "id": row.pk,
            "hook_id": made.pk,
            "claim": 0,
            "attempts": 0,
            "is_test": False,
        }
        loop._results.append((late, http.Answer(200, b"", "", 5)))
        async with await psycopg.AsyncConnection.connect(
            postgres, autocommit=True, row_factory=dict_row
        ) as db:
            await loop._finish(db)

    house.db.execute("UPDATE hook_delivery SET claim = 1")
    asyncio.run(finish_late())
    assert HookDelivery.objects.get().state == "waiting"
    assert not HookAttempt.objects.exists()


def test_two_workers_call_once(alice: Account, target: Target, postgres: str) -> None:
    hook(alice, f"{target.url}/")
    for number in range(60):
        join(alice, f"p{number}@example.com")
    fan_out()
    with delivering(postgres), delivering(postgres):
        wait_for(lambda: HookDelivery.objects.filter(state="delivered").count() == 60)
    assert len(target.calls) == 60


def test_old_deliveries_go_and_what_waits_stays(alice: Account, house: House) -> None:
    hook(alice, "http://127.0.0.1:9/")
    for number in range(3):
        join(alice, f"p{number}@example.com")
    fan_out()
    house.db.execute("UPDATE hook_delivery SET created_at = now() - interval '31 days'")
    house.db.execute(
        "UPDATE hook_delivery SET state = 'delivered' WHERE id IN (SELECT min(id) FROM hook_delivery)"
    )
    assert services.delete_old(30) == 1
    assert HookDelivery.objects.count() == 2
