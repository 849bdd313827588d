"""The cache in a table: one count for every process of the installation."""

import subprocess
import sys
import threading

import pytest
from django.core.cache import cache, caches
from django.db import connection

from postroom.accounts import shared_cache
from postroom.accounts.shared_cache import SharedCache
from postroom.lib import sql

RESET = "/accounts/reset"


@pytest.mark.django_db
def test_it_keeps_what_json_can():
    assert isinstance(caches["default"], SharedCache)
    assert cache.get("a") is None
    assert cache.get("a", "else") == "else"
    cache.set("a", [1.5, "x", {"y": None}], 60)
    assert cache.get("a") == [1.5, "x", {"y": None}]
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    cache.set_many({"b": 1, "c": 2})
    assert cache.get_many(["b", "c", "d"]) == {"b": 1, "c": 2}
    assert cache.incr("b", 4) == 5
    cache.clear()
    assert "c" not in cache


@pytest.mark.django_db
def test_an_entry_ends_with_its_time():
    cache.set("a", 1, 60)
    cache.set("for ever", 1, None)
    assert cache.touch("a", 120) is True
    sql.execute("UPDATE shared_cache SET expires_at = expires_at - interval '2 minutes'")
    assert cache.get("a") is None
    assert cache.touch("a", 60) is False
    assert cache.add("a", 2, 60) is True
    assert cache.add("a", 3, 60) is False
    assert cache.get("a") == 2
    cache.set("gone", 1, -1)
    assert shared_cache.forget_expired() == 1
    assert cache.get("for ever") == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_at_once_one_wins():
    barrier, won = threading.Barrier(6), []

    def add(n: int) -> None:
        barrier.wait()
        won.append(cache.add("lock", n, 60))
        connection.close()

    threads = [threading.Thread(target=add, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]


ASK = """
import django; django.setup(set_prefix=False)
from django.test import Client
print([Client().post("/accounts/reset", {"email": "alice@example.com"}).status_code for _ in range(4)])
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_web_processes_count_reset_mails_together():
    """allauth lets five requests a minute for one address pass; each process alone asks four times."""
    statuses = []
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        statuses += eval(done.stdout)
    assert statuses == [302] * 5 + [429] * 3
