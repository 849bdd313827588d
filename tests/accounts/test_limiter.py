"""The limiter: a rate, never a lock."""

import threading

import pytest
from django.db import connection

from postroom.accounts.services import limiter

pytestmark = pytest.mark.django_db(transaction=True)


def tries(key: str, n: int, limit: int = 3, window_s: int = 3600) -> list[bool]:
    return [limiter.hit(key=key, limit=limit, window_s=window_s).ok for _ in range(n)]


def test_so_many_and_no_more_each_key_by_itself():
    assert tries("a", 5) == [True, True, True, False, False]
    assert tries("b", 1) == [True]


def test_a_limit_of_zero_is_no_limit():
    assert tries("a", 50, limit=0) == [True] * 50


def test_a_refusal_names_the_seconds_and_is_not_counted():
    tries("a", 3)
    refused = [limiter.hit(key="a", limit=3, window_s=3600) for _ in range(20)]
    assert not any(each.ok for each in refused)
    assert 1 <= refused[0].retry_after_s <= 2 * 3600
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM rate_window WHERE key = 'a'")
        assert cursor.fetchall() == [(3,)]


def test_after_the_window_there_is_room_again():
    tries("a", 3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rate_window SET starts_at = starts_at - interval '2 hours'")
    assert tries("a", 4) == [True, True, True, False]


def test_the_window_before_still_counts_for_its_share():
    tries("a", 3)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rate_window SET starts_at = starts_at - interval '1 hour'")
        cursor.execute("SELECT extract(epoch FROM now() - date_bin('1 hour', now(), 'epoch'))::float / 3600")
        elapsed = cursor.fetchone()[0]
    carried = 3 * (1 - elapsed)
    allowed = sum(tries("a", 6))
    assert abs(allowed - (3 - carried)) <= 1  # between one fixed window's burst and none
    assert allowed < 3 or elapsed > 0.99


def test_tries_at_the_same_moment_cannot_pass_together():
    passed: list[bool] = []

    def run() -> None:
        passed.extend(tries("race", 5, limit=7))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 7
    assert len(passed) == 20


def test_old_windows_are_forgotten():
    tries("a", 1)
    assert limiter.forget_old() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rate_window SET starts_at = starts_at - interval '2 days'")
    assert limiter.forget_old() == 1


def test_the_worker_forgets_old_windows_and_ended_sessions():
    from datetime import timedelta
    from threading import Event

    from django.contrib.sessions.models import Session

    from postroom.config.upkeep import forget_expired
    from postroom.lib import clock

    tries("a", 1)
    Session.objects.create(session_key="old", session_data="", expire_date=clock.now() - timedelta(minutes=1))
    Session.objects.create(session_key="new", session_data="", expire_date=clock.now() + timedelta(minutes=1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rate_window SET starts_at = starts_at - interval '2 days'")
        forget_expired(Event())
        cursor.execute("SELECT count(*) FROM rate_window")
        assert cursor.fetchone() == (0,)
    assert [each.session_key for each in Session.objects.all()] == ["new"]


@pytest.mark.parametrize(
    ("ip", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("local", "local"),
    ],
)
def test_an_ipv6_address_counts_for_its_whole_network(ip, counted):
    assert limiter.network(ip) == counted
