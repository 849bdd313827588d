"""How much room is left on a disk."""

import errno
import shutil
from pathlib import Path

FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""The error numbers of a disk that takes no more."""


def free_bytes(path: Path) -> int:
    """Bytes free for this user on the disk that holds `path` (or would hold it)."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def is_low(path: Path, min_free_bytes: int) -> bool:
    """True when less than `min_free_bytes` are left: then nothing new may begin that writes much."""
    return free_bytes(path) < min_free_bytes


def is_volatile(path: Path) -> bool:
    """True when `path` lies on a memory file system, whose content a reboot erases (Linux; else False)."""
    path = path.resolve()
    best, kind = "", ""
    try:
        mounts = Path("/proc/self/mounts").read_text().splitlines()
    except OSError:
        return False
    for line in mounts:
        _, mount, fstype, *_ = line.split(" ")
        mount = mount.replace("\\040", " ")
        if (path == Path(mount) or Path(mount) in path.parents) and len(mount) >= len(best):
            best, kind = mount, fstype
    return kind in ("tmpfs", "ramfs")
