"""The edge as a process, killed under load, no database anywhere: every answered click is in the spool."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from postroom.content import links
from postroom.content.links import MessageRef
from postroom.tracking import spool

from .conftest import KEY

pytestmark = pytest.mark.crash


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data, port):
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith("POSTROOM_") and k != "DATABASE_URL"
    }
    environment |= {
        "POSTROOM_DATA": str(data),
        "POSTROOM_SECRET_KEY": KEY,
        "POSTROOM_EDGE_BIND": f"127.0.0.1:{port}",
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "postroom", "edge"],
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return child
        time.sleep(0.05)
    raise AssertionError("the edge did not start")


def ask_until_dead(port: int, keyring: object, base: int, answered: list[int]) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        for n in range(base, base + 100_000):
            client.request(
                "GET", links.sign_click(keyring, MessageRef(7, 41, 20_780, n, 0), 1, "https://a.example/")
            )
            answer = client.getresponse()
            answer.read()
            if answer.status != 302:
                return
            answered.append(n)
    except (OSError, http.client.HTTPException):
        return
    finally:
        client.close()


def test_kill_9_loses_no_answered_click(tmp_path, keyring):
    for number in range(5):
        data, port = tmp_path / str(number), free_port()
        child, answered = start(data, port), []
        threads = [
            threading.Thread(target=ask_until_dead, args=(port, keyring, 1_000_000 * k, answered))
            for k in range(1, 4)
        ]
        [thread.start() for thread in threads]
        time.sleep(0.3 + 0.17 * number)
        os.killpg(child.pid, signal.SIGKILL)  # granian's master and its worker
        child.wait()
        [thread.join() for thread in threads]
        stored = {hit.recipient_id for hit in spool.walk(data / "edge")}
        assert len(answered) > 50
        assert set(answered) <= stored
