"""The sender's own record of what it has begun and what came of it, for the moment after a kill -9.

Before a message's final dot is written a record `begun` is appended; when the server has answered,
a record of the outcome. Each is one `write()` of 32 bytes to a file opened with O_APPEND: the page cache
survives a killed process, so no fsync is needed, and 32 bytes never straddle a page. After a restart:

- an outcome: it is true, though the ledger may not know it yet;
- begun without outcome: unknowable (RFC 1047);
- neither: the message never left as a whole, so nobody got it.

The file is cut into segments. One is deleted when every message begun in it is settled in the ledger.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_RECORD = struct.Struct("<cQqIHH3x")
SIZE = 32
SEGMENT_BYTES = 4_000_000

BEGUN, ACCEPTED, DEFERRED, REFUSED, BAD_ADDRESS, UNCERTAIN, UNTRIED = b"A", b"Y", b"D", b"N", b"B", b"U", b"X"
_KINDS = {BEGUN, ACCEPTED, DEFERRED, REFUSED, BAD_ADDRESS, UNCERTAIN, UNTRIED}

Key = tuple[int, int, int]
"""send id, recipient id, nth: names a message within one installation."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The last thing known of a message: `kind` is one of the constants above, `code` the SMTP reply or 0."""

    kind: bytes
    code: int
    attempt: int = 0
    """Which try of the message this is about: what an earlier one came to says nothing of a later one."""


class Journal:
    """Appends to one slot's directory. Raises OSError when the disk does not take a record."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._open: dict[int, int] = {}
        """Segment number → messages begun in it and not settled yet."""
        self._number = 1 + max((number for number, _ in _segments(directory)), default=0)
        self._fd = self._create()

    def begin(self, key: Key, attempt: int) -> int:
        """Record that a message is about to leave. Returns the segment to settle later."""
        if self._written >= SEGMENT_BYTES:
            self._turn_page()
        self._append(BEGUN, key, 0, attempt)
        self._open[self._number] += 1
        return self._number

    def note(self, kind: bytes, key: Key, code: int, attempt: int) -> None:
        """Record an outcome."""
        self._append(kind, key, code, attempt)

    def settle(self, segment: int) -> None:
        """Say that the ledger knows the outcome of one message begun in `segment`."""
        self._open[segment] -= 1
        if segment != self._number and self._open[segment] <= 0:
            self._forget(segment)

    def close(self) -> None:
        """Close the file; remove it when everything in it is settled."""
        os.close(self._fd)
        if self._open.get(self._number, 0) <= 0:
            self._forget(self._number)

    def _append(self, kind: bytes, key: Key, code: int, attempt: int) -> None:
        head = _RECORD.pack(kind, key[0], key[1], key[2], code, attempt)
        record = head + zlib.crc32(head).to_bytes(4, "little")
        if os.write(self._fd, record) != SIZE:
            os.ftruncate(self._fd, self._written)  # half a record would hide all that come after it
            raise OSError(28, "The sender's journal cannot be written: free some disk space")
        self._written += SIZE

    def _create(self) -> int:
        self._written = 0
        self._open[self._number] = 0
        return os.open(
            self._directory / f"journal-{self._number:08d}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )

    def _turn_page(self) -> None:
        os.close(self._fd)
        full = self._number
        self._number += 1
        self._fd = self._create()
        if self._open[full] <= 0:
            self._forget(full)

    def _forget(self, number: int) -> None:
        self._open.pop(number, None)
        (self._directory / f"journal-{number:08d}").unlink(missing_ok=True)


def read(directory: Path) -> dict[Key, Entry]:
    """The last entry of every message in a slot's segments; a torn or damaged record ends its segment."""
    found: dict[Key, Entry] = {}
    for _, path in _segments(directory):
        data = path.read_bytes()
        for start in range(0, len(data) - SIZE + 1, SIZE):
            record = data[start : start + SIZE]
            kind, send, recipient, nth, code, attempt = _RECORD.unpack(record[:-4])
            if zlib.crc32(record[:-4]).to_bytes(4, "little") != record[-4:] or kind not in _KINDS:
                break
            found[(send, recipient, nth)] = Entry(kind, code, attempt)
    return found


def erase(directory: Path) -> None:
    """Remove a slot's segments, once the ledger knows everything that stands in them."""
    for _, path in _segments(directory):
        path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Slot:
    """One sender's place: a directory that outlives the process, a name that goes into the chunks it
    claims."""

    directory: Path
    owner: str


@contextlib.contextmanager
def hold_slot(data: Path) -> Iterator[Slot]:
    """The first free slot under `data`, locked while the context lasts."""
    with contextlib.ExitStack() as stack:
        number = 0
        while True:
            directory = data / f"sender-{number}"
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _lock(directory, stack):
                yield Slot(directory, _name(directory))
                return
            number += 1


@contextlib.contextmanager
def hold_orphans(data: Path) -> Iterator[list[Slot]]:
    """Slots that left a journal and that no process holds: their senders do not run any more."""
    with contextlib.ExitStack() as stack:
        found = sorted(path for path in data.glob("sender-*") if _segments(path))
        yield [Slot(path, _name(path)) for path in found if _lock(path, stack)]


def _lock(directory: Path, stack: contextlib.ExitStack) -> bool:
    fd = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        return False
    stack.callback(os.close, fd)
    return True


def _name(directory: Path) -> str:
    # Not the host's name and a number: a copied or moved data directory must not be taken for its original.
    file = directory / "name"
    if not file.exists() or not file.read_text().strip():
        fresh = file.with_suffix(".new")
        fresh.write_text(f"sender-{uuid.uuid4().hex[:16]}")
        fresh.rename(file)
    return file.read_text().strip()


def _segments(directory: Path) -> list[tuple[int, Path]]:
    return sorted((int(path.name.removeprefix("journal-")), path) for path in directory.glob("journal-*"))
