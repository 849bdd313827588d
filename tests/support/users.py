"""Running a piece of a test as another user of the machine (when the tests run as root)."""

import os
import pwd
import shutil
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path


def open_directory(owner: str | None = None) -> Path:
    """A fresh directory under the system's temporary one that anybody may pass through."""
    path = Path(tempfile.mkdtemp(prefix="postroom-place-"))
    path.chmod(0o711)
    if owner and os.geteuid() == 0:
        shutil.chown(path, owner)
    return path


def as_user(name: str, act: Callable[[], str]) -> str:
    """What `act` returns in a child process that has become user `name`; raises with its traceback."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            entry = pwd.getpwnam(name)
            if os.geteuid() != entry.pw_uid:
                os.setgroups([])
                os.setgid(entry.pw_gid)
                os.setuid(entry.pw_uid)
            answer = "=" + act()
        except BaseException:
            answer = "!" + traceback.format_exc()
        os.write(writer, answer.encode()[:60_000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer.startswith("="):
        raise AssertionError(answer[1:] or "the child died")
    return answer[1:]
