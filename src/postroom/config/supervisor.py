"""`postroom serve`: starts PostgreSQL, migrates, runs every process, keeps them running, stops in order.

Stays below 45 MB: no Django, no psycopg, no structlog in this process; what needs them runs as a child.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType

from postroom.config import ports
from postroom.config.child import Child
from postroom.config.lines import make_line, wants_json
from postroom.config.postgres import Cluster, PostgresError
from postroom.settings import Settings, load
from postroom.settings.load import unknown_variables
from postroom.settings.schema import default_data
from postroom.settings.secret import make_data_dir

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOCK_WAIT_S = 40
SHOWN_MIGRATIONS = 5


class ServeError(Exception):
    """The start cannot go on; the text says what to do."""


def serve(*, demo: bool = False) -> int:
    """Runs the whole installation until it is told to stop; returns the exit code. Raises ServeError.

    With `demo` the command `postroom demo` runs before the processes; what it prints is said last."""
    settings = load()
    os.environ["POSTROOM_LOG_FORMAT"] = settings.log_format  # a config file may say it: one form for all
    settings.secret_keys()  # made on the first start; a broken key file stops it here
    return _Supervisor(settings, demo).run()


class _Supervisor:
    def __init__(self, settings: Settings, demo: bool) -> None:
        self.settings = settings
        self.demo = demo
        self.last_words = ""
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self.stop_requests = 0
        self.bind = self.edge_bind = ""
        self.began = time.monotonic()

    def run(self) -> int:
        with _own_data_dir(self.settings, self.say) as lock, self._signals() as wakeup:
            try:
                for text in unknown_variables():
                    self.say(text)
                self.bind, self.edge_bind = ports.choose(self.settings, self.say)
                self._start_database()
                self._migrate()
                self._write_state()
                self._fill_demo()
                self._make_setup_code()
                self._start_children(lock)
                return self._watch(wakeup)
            except _Stopped as stopped:
                return stopped.code
            finally:
                self._stop()

    def say(self, text: str) -> None:
        """One line for whoever started us."""
        if wants_json():
            text = make_line(text, level="info", process="serve")
        with contextlib.suppress(OSError):  # the terminal may be gone; that stops nothing
            print(text, flush=True)  # noqa: T201

    def _say_or_stop(self, text: str) -> None:
        """Progress of something long; the moment to notice that it is wanted no more."""
        self._check_stop()
        self.say(text)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[int]:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        os.set_blocking(reader, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            yield reader
        finally:
            signal.set_wakeup_fd(-1)
            os.close(reader)
            os.close(writer)

    def _on_stop(self, number: int, _: FrameType | None) -> None:
        self.stop_requests += 1
        if self.stop_requests > 1:
            for child in self.children:
                child.send(signal.SIGKILL)

    def _start_database(self) -> None:
        if self.settings.database_url:
            return
        settings = self.settings
        self.cluster = Cluster(
            settings.data, pg_bin=settings.pg_bin, pg_old_bin=settings.pg_old_bin, say=self._say_or_stop
        )
        self.cluster.start()

    def _migrate(self) -> None:
        code, output = self._run_first("migrate")
        applied = output.splitlines()[:-1]
        if len(applied) > SHOWN_MIGRATIONS:
            applied = [f"Brought the database up to date: {len(applied)} migrations."]
        for line in applied:
            self.say(line)
        if code != 0:
            raise ServeError("The database could not be brought up to date (see above); nothing was started.")

    def _fill_demo(self) -> None:
        if self.demo:
            code, self.last_words = self._run_first("demo")
            if code != 0:
                raise ServeError("The demo data could not be made (see above); start without --demo.")

    def _make_setup_code(self) -> None:
        """Where others could open the first page before the owner does, it asks for a code said only here."""
        if self.settings.is_public:
            code, words = self._run_first("setup-code", "--quiet")
            if code != 0:
                raise ServeError("The set-up code could not be made (see above); nothing was started.")
            self.last_words += words

    def _run_first(self, *command: str) -> tuple[int, str]:
        """Runs a command of ours to its end; (exit code, what it printed)."""
        env = {**os.environ, "POSTROOM_BIND": self.bind, "POSTROOM_EDGE_BIND": self.edge_bind}
        env["POSTROOM_SUPERVISED"] = "1"
        child = subprocess.Popen(
            [*_command(), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=env, text=True
        )
        output, _ = child.communicate()
        self._check_stop()
        return child.returncode, output

    def _start_children(self, lock: int) -> None:
        settings = self.settings
        shared = {
            **os.environ,
            "POSTROOM_SUPERVISED": "1",
            "POSTROOM_BIND": self.bind,
            "POSTROOM_EDGE_BIND": self.edge_bind,
        }
        names = ["web", "edge"]
        names += [f"worker-{n}" for n in range(1, settings.workers + 1)]
        names += [f"sender-{n}" for n in range(1, settings.senders + 1)]
        for name in names:
            kind = name.partition("-")[0]
            self.children.append(Child(name, [*_command(), kind], shared, keep_open=(lock,), say=self.say))
        for child in self.children:
            child.start()

    def _watch(self, wakeup: int) -> int:
        selector = selectors.DefaultSelector()
        selector.register(wakeup, selectors.EVENT_READ)
        announced = False
        while True:
            self._check_stop()
            for child in self.children:
                if child.look_after() == 2 and child.starts == 1:
                    self.say(f"{child.name} cannot start with these settings (see above): stopping.")
                    return 2
            self._look_after_database()
            if not announced and _answers(self.bind):
                announced = True
                self._announce()
            selector.select(1.0 if announced else 0.05)
            with contextlib.suppress(BlockingIOError):
                os.read(wakeup, 4096)

    def _announce(self) -> None:
        inbox = "" if self.settings.smtp_url else " No SMTP server is set: mail stays in the test inbox."
        took = time.monotonic() - self.began
        self.say(f"Postroom answers at {self._public_url()} ({took:.1f} s).{inbox} Ctrl-C stops it.")
        if self.settings.data != default_data():
            self.say(f"Other commands find this installation by POSTROOM_DATA={self.settings.data}.")
        for line in self.last_words.splitlines():
            self.say(line)

    def _public_url(self) -> str:
        if "public_url" in self.settings.model_fields_set:
            return self.settings.public_url
        return f"http://{ports.shown(self.bind)}"

    def _look_after_database(self) -> None:
        if self.cluster is not None and self.cluster.pid() is None:
            self.say("PostgreSQL stopped by itself: starting it again.")
            try:
                self.cluster.start()
            except PostgresError as error:
                self.say(str(error))
                time.sleep(2)

    def _check_stop(self) -> None:
        if self.stop_requests:
            raise _Stopped(0)

    def _stop(self) -> None:
        running = [child for child in self.children if child.alive()]
        if running:
            self.say("Stopping: what is under way is finished first. Ctrl-C again stops at once.")
        for child in running:
            child.send(signal.SIGTERM)
        until = time.monotonic() + self.settings.drain_timeout_s + 2
        while any(child.alive() for child in running) and time.monotonic() < until:
            time.sleep(0.05)
        for child in running:
            if child.alive():
                self.say(f"{child.name} did not finish in {self.settings.drain_timeout_s} s and is ended.")
                child.send(signal.SIGKILL)
                child.wait()
        if self.cluster is not None:
            self.cluster.stop()
        (self.settings.data / "serve.json").unlink(missing_ok=True)
        if self.children:
            self.say("Stopped.")

    def _write_state(self) -> None:
        state = {"pid": os.getpid(), "bind": self.bind, "edge_bind": self.edge_bind}
        temp = self.settings.data / f".serve.json.{os.getpid()}"
        temp.write_text(json.dumps(state))
        temp.replace(self.settings.data / "serve.json")


class _Stopped(Exception):
    def __init__(self, code: int) -> None:
        self.code = code


@contextlib.contextmanager
def _own_data_dir(settings: Settings, say: Callable[[str], None]) -> Iterator[int]:
    """Holds the data directory's lock; children inherit it, so it is free only when all of them are gone."""
    import fcntl

    try:
        make_data_dir(settings.data)
        lock = os.open(settings.data / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServeError(
            f"{settings.data} cannot be used ({error.strerror}): "
            "let POSTROOM_DATA name a directory that you may write."
        ) from None
    until = time.monotonic() + LOCK_WAIT_S
    spoke = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            holder = os.pread(lock, 32, 0).decode().strip()
            if holder and _lives(int(holder)):
                raise ServeError(
                    f"Postroom already runs on {settings.data} (process {holder}): stop it first, or let "
                    "POSTROOM_DATA name another directory."
                ) from None
            if time.monotonic() > until:
                raise ServeError(
                    f"Processes of an earlier Postroom still use {settings.data}: end them."
                ) from None
            if not spoke:
                say("An earlier Postroom is still finishing its work; waiting for it.")
                spoke = True
            time.sleep(0.2)
    os.truncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    try:
        yield lock
    finally:
        os.close(lock)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command() -> list[str]:
    return [sys.executable, "-m", "postroom"]


def _answers(bind: str) -> bool:
    """True when the web process serves pages. By hand: an HTTP library would cost 3 MB here."""
    try:
        with socket.create_connection(ports.target(bind), timeout=1) as link:
            link.settimeout(2)
            link.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return link.recv(16).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
