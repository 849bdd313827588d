"""A whole Postroom in a directory of its own: `postroom serve` on free loopback ports."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from postroom.config.postgres import Cluster
from tests.support.users import open_directory


def free_port() -> int:
    """A loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what the test run itself set for Postroom."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POSTROOM_") and k != "DATABASE_URL"}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "PYTHONUNBUFFERED": "1", **more}


def run(*command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """One `postroom` command to its end, with nothing in its environment but `env`."""
    return subprocess.run(
        [sys.executable, "-m", "postroom", *command],
        env=clean_environment(**env),
        capture_output=True,
        text=True,
        timeout=120,
    )


def descendants(root: int) -> set[int]:
    """Every process below `root`."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found and pid not in found}:
        found |= more
    return found - {root}


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Server:
    """`with Server() as server:` … `server.url`; everything it left behind is removed afterwards."""

    def __init__(self, data: Path | None = None, *arguments: str, **env: str) -> None:
        self.root = open_directory()
        self.data = data or self.root / "data"
        self.arguments = arguments
        self.env = {"POSTROOM_DATA": str(self.data), "POSTROOM_MIN_FREE_DISK": "1MB", **env}
        self.log = self.root / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.remove()

    def start(self, wait: bool = True) -> None:
        """Starts and, with `wait`, returns when pages are served."""
        self.env.setdefault("POSTROOM_BIND", f"localhost:{free_port()}")
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "postroom", "serve", *self.arguments],
                env=clean_environment(**self.env),
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        if wait:
            self.wait_for("answers at")

    def wait_for(self, text: str, timeout_s: float = 120, count: int = 1) -> None:
        """Waits until the log holds `text` (`count` times); fails with the log when the process ends."""
        assert self.process is not None
        until = time.monotonic() + timeout_s
        while self.output().count(text) < count:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"{text!r} did not come; the log:\n{self.output()[-6000:]}")
            time.sleep(0.05)

    def output(self) -> str:
        """All that was printed so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal, waits for the end and returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"It did not stop:\n{self.output()[-6000:]}") from None

    def kill_everything(self) -> int:
        """kill -9 of the supervisor and all below it, PostgreSQL too, at one moment; how many died."""
        assert self.process is not None
        pids = descendants(self.process.pid)
        if (postgres := Cluster(self.data).pid()) is not None:
            pids |= {postgres} | descendants(postgres)
        for pid in pids | {self.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        until = time.monotonic() + 10
        while any(_runs(pid) for pid in pids):
            assert time.monotonic() < until
            time.sleep(0.01)
        return len(pids) + 1

    def remove(self) -> None:
        """Deletes its data, wherever the cluster lies."""
        if (self.data / "cluster.json").exists():
            cluster = Cluster(self.data)
            cluster.stop()
            shutil.rmtree(cluster.path, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.root, ignore_errors=True)

    @property
    def addresses(self) -> dict[str, str]:
        """{pid, bind, edge_bind} of the running server."""
        return json.loads((self.data / "serve.json").read_text())

    @property
    def url(self) -> str:
        return f"http://{self.addresses['bind']}"

    @property
    def edge_url(self) -> str:
        return f"http://{self.addresses['edge_bind']}"

    @property
    def dsn(self) -> str:
        """The database's URL."""
        return Cluster(self.data).dsn

    def get(self, path: str, edge: bool = False) -> tuple[int, bytes]:
        """(status, body) of a GET; errors are answers too."""
        try:
            with urllib.request.urlopen((self.edge_url if edge else self.url) + path, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def children(self) -> dict[str, int]:
        """{command: pid} of the supervisor's direct children, such as web, edge, worker, sender."""
        assert self.process is not None
        found: dict[str, int] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if f"\nPPid:\t{self.process.pid}\n" not in (entry / "status").read_text():
                    continue
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            last = [word for word in words if word][-1:] or [""]
            name = {
                "postroom.config.web_app:application": "web",
                "postroom.config.edge_app:application": "edge",
            }
            found[name.get(last[0], last[0])] = int(entry.name)
        return found
