"""Ties a process's life to its parent's (Linux; elsewhere nothing happens)."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with_parent(signal_number: int = signal.SIGINT) -> None:
    """Asks the kernel for `signal_number` when the parent dies, even by kill -9. Call it in the child."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:  # it died in between
        os.kill(os.getpid(), signal_number)
