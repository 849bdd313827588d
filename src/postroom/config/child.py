"""One process under the supervisor."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

FIRST_PAUSE_S, MAX_PAUSE_S = 0.5, 30.0
STEADY_S = 60  # one that lived this long starts its pauses anew


class Child:
    """A command that is started again, with growing pauses, whenever it ends."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        *,
        say: Callable[[str], None],
        keep_open: Sequence[int] = (),
    ) -> None:
        """`keep_open`: descriptors that the process inherits."""
        self.name = name
        self.command = list(command)
        self.env = dict(env)
        self.say = say
        self.keep_open = tuple(keep_open)
        self.starts = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._pause_s = FIRST_PAUSE_S
        self._next_start = self._started = 0.0

    def start(self) -> None:
        """Starts the process, in a group of its own: Ctrl-C reaches the supervisor, which passes it on."""
        self.starts += 1
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, env=self.env, stdin=subprocess.DEVNULL, process_group=0, pass_fds=self.keep_open
        )

    def look_after(self) -> int | None:
        """Reaps the process, starts it again after its pause; returns its exit code if it has just ended."""
        if self.process is None:
            if time.monotonic() >= self._next_start:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self._end_group()
        self.process = None
        if time.monotonic() - self._started > STEADY_S:
            self._pause_s = FIRST_PAUSE_S
        self._next_start = time.monotonic() + self._pause_s
        why = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        self.say(f"{self.name} {why}: starting it again in {self._pause_s:.1f} s.")
        self._pause_s = min(self._pause_s * 2, MAX_PAUSE_S)
        return code

    def send(self, number: int) -> None:
        """Passes a signal on, if the process runs."""
        if self.alive():
            assert self.process is not None
            if number == signal.SIGKILL:
                self._end_group()
            else:
                os.kill(self.process.pid, number)

    def alive(self) -> bool:
        """True while the process runs."""
        return self.process is not None and self.process.poll() is None

    def wait(self) -> None:
        """Waits for the process to end."""
        if self.process is not None:
            self.process.wait()

    def _end_group(self) -> None:
        """A killed server leaves its workers behind, still holding the port: they go with it."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return
