"""The worker: its loops go on after a failure, and one worker of all is the scheduler."""

import os
import signal
import subprocess
import sys
import threading
import time
from threading import Event

import pytest

from postroom.config import worker
from postroom.config.loops import Loop, all_loops
from tests.support.server import clean_environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]


def in_thread(act, *args) -> threading.Thread:
    thread = threading.Thread(target=act, args=args, daemon=True)
    thread.start()
    return thread


def until(condition, timeout_s: float = 10) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_loop_that_fails_goes_on():
    rounds = []

    def fail_twice(_: Event) -> int:
        rounds.append(1)
        if len(rounds) < 3:
            raise ValueError("broken")
        return 0

    stop = Event()
    thread = in_thread(worker._repeat, Loop("test", fail_twice, 0.01), stop, Event())
    until(lambda: len(rounds) >= 4)
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_round_that_did_something_is_followed_at_once():
    rounds = []

    def work(_: Event) -> int:
        rounds.append(time.monotonic())
        return 1 if len(rounds) < 5 else 0

    stop = Event()
    thread = in_thread(worker._repeat, Loop("test", work, 3600), stop, Event())
    until(lambda: len(rounds) == 5)
    assert rounds[-1] - rounds[0] < 2
    stop.set()
    thread.join(5)


def test_a_loop_of_the_scheduler_waits_until_its_worker_leads():
    rounds = []
    stop, leads = Event(), Event()
    thread = in_thread(
        worker._repeat, Loop("test", lambda _: rounds.append(1), 0.01, leader=True), stop, leads
    )
    time.sleep(0.7)
    assert rounds == []
    leads.set()
    until(lambda: rounds)
    stop.set()
    thread.join(5)


def test_one_of_two_workers_leads_and_the_other_takes_over():
    stops, leads = [Event(), Event()], [Event(), Event()]
    threads = [in_thread(worker._lead, stop, lead) for stop, lead in zip(stops, leads, strict=True)]
    until(lambda: any(lead.is_set() for lead in leads))
    time.sleep(0.3)
    assert sum(lead.is_set() for lead in leads) == 1
    first = 0 if leads[0].is_set() else 1
    stops[first].set()
    threads[first].join(5)
    assert not leads[first].is_set()
    until(leads[1 - first].is_set)
    stops[1 - first].set()
    threads[1 - first].join(5)


def test_every_loop_has_a_name_of_its_own():
    names = [loop.name for loop in all_loops()]
    assert len(names) == len(set(names))
    assert {"partitions", "retention", "disk"} <= set(names)


def test_the_process_runs_jobs_and_stops_when_told(postgres, tmp_path):
    """A real job of procrastinate, deferred in a transaction, done by a real worker process."""
    from django.db import connection
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    app.configure_task("procrastinate.builtin_tasks.remove_old_jobs").defer(max_hours=1)
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1
    connection.close()
    env = clean_environment(DATABASE_URL=postgres, POSTROOM_DATA=str(tmp_path), POSTROOM_SECRET_KEY="k" * 40)
    process = subprocess.Popen([sys.executable, "-m", "postroom", "worker"], env=env, stderr=subprocess.PIPE)
    try:
        until(lambda: not ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists(), 30)
        assert not ProcrastinateJob.objects.filter(status="failed").exists()
        os.kill(process.pid, signal.SIGTERM)
        errors = process.communicate(timeout=20)[1].decode()
        assert process.returncode == 0, errors
        assert "stopped" in errors
    finally:
        process.kill()
        process.communicate()
