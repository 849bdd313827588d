"""The spool between edge and database: hits are appended to files and read back. Needs no database.

A writer owns one segment file at a time and locks it; a segment whose lock is free never grows again.
Record = length (u32), CRC-32 (u32), MessagePack. `append` returns after the kernel has the bytes, so that
killing the process loses nothing; `fsync` follows within 100 ms: a power cut loses no more than that.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

SUFFIX = ".hits"
MAX_SEGMENT_BYTES = 32_000_000
MAX_SEGMENT_AGE_S = 3600.0
MAX_RECORD_BYTES = 64_000
FSYNC_INTERVAL_S = 0.1
_HEAD = struct.Struct("<II")

OPEN, CLICK, UNSUBSCRIBE, PROBE = "open", "click", "unsubscribe", "probe"
"""Kinds of hit. A probe is a HEAD for a click link: nobody reads by it, scanners do it before their GET."""


class HitRecord(msgspec.Struct, array_like=True, frozen=True):
    """One hit as the edge saw it, without judgement. `at_ms` counts from 1970, `send_day` days from there."""

    kind: str
    at_ms: int
    account_id: int
    send_id: int
    send_day: int
    recipient_id: int
    nth: int
    number: int
    """The link's number of a click, the scope of an unsubscribe, else 0."""
    url: str
    ip: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one segment file: its records with the offset each begins at, and where to read on.

    `finished`: nobody writes to the file any more and everything in it was read."""

    name: str
    records: list[tuple[int, HitRecord]]
    next_offset: int
    finished: bool


class SpoolWriter:
    """Appends hits for one process. Thread-safe; files are made on the first hit."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._encode = msgspec.msgpack.Encoder().encode
        self._lock = threading.Lock()
        self._fd = -1
        self._size = 0
        self._opened_at = 0.0
        self._dirty = threading.Event()

    def append(self, hit: HitRecord) -> None:
        """Stores one hit; it survives the end of this process. Raises OSError when the disk takes nothing."""
        body = self._encode(hit)
        record = _HEAD.pack(len(body), zlib.crc32(body)) + body
        with self._lock:
            if self._fd < 0 or self._is_full():
                self._rotate()
            try:
                written = os.write(self._fd, record)
            except OSError:
                self._close()
                raise
            if written != len(record):
                # A torn record may only stand at the end of a file: this file is over.
                self._close()
                raise OSError(f"only {written} of {len(record)} bytes were written")
            self._size += written
        self._dirty.set()

    def sync(self) -> None:
        """Brings everything appended so far to the disk."""
        self._dirty.clear()
        with self._lock:
            fd = os.dup(self._fd) if self._fd >= 0 else -1
        if fd >= 0:  # outside the lock: appends go on meanwhile
            with contextlib.suppress(OSError):
                os.fsync(fd)
            os.close(fd)

    def close(self) -> None:
        """Syncs and gives the segment free."""
        self.sync()
        with self._lock:
            self._close()

    def _is_full(self) -> bool:
        return self._size >= MAX_SEGMENT_BYTES or time.monotonic() - self._opened_at > MAX_SEGMENT_AGE_S

    def _rotate(self) -> None:
        self._close()
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{time.time_ns():019d}-{secrets.token_hex(6)}{SUFFIX}"
        # Locked under another name first: a reader never finds a fresh segment with a free lock.
        hidden = self._directory / f".{name}"
        fd = os.open(hidden, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.rename(hidden, self._directory / name)
        _sync_directory(self._directory)
        self._fd, self._size, self._opened_at = fd, 0, time.monotonic()
        if not any(thread.name == f"spool-sync-{id(self)}" for thread in threading.enumerate()):
            threading.Thread(target=self._sync_on, name=f"spool-sync-{id(self)}", daemon=True).start()

    def _sync_on(self) -> None:
        while True:
            self._dirty.wait()
            time.sleep(FSYNC_INTERVAL_S)
            self.sync()

    def _close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1


def list_segments(directory: Path) -> list[Path]:
    """The segment files of a spool, oldest first."""
    return sorted(directory.glob(f"[0-9]*{SUFFIX}")) if directory.is_dir() else []


def read_segment(path: Path, offset: int, limit: int) -> Segment:
    """Up to `limit` records from `offset` on. A torn end waits, or is skipped once its writer is gone.

    Raises FileNotFoundError."""
    with path.open("rb") as file:
        # Asked before reading: what a writer appends afterwards is then found by the next read.
        closed = _is_free(file.fileno())
        file.seek(offset)
        records: list[tuple[int, HitRecord]] = []
        position, torn = offset, False
        while len(records) < limit:
            found = _read_record(file.read(_HEAD.size), file)
            if found is None:
                torn = True
                break
            record, size = found
            if record is not None:
                records.append((position, record))
            position += size
        return Segment(path.name, records, position, finished=closed and torn)


def remove_segment(path: Path) -> None:
    """Deletes a finished segment whose records are safely stored elsewhere."""
    path.unlink(missing_ok=True)


def waiting_bytes(directory: Path) -> int:
    """How much lies in a spool; for the metrics and `doctor`."""
    return sum(path.stat().st_size for path in list_segments(directory))


_decode = msgspec.msgpack.Decoder(HitRecord).decode


def _read_record(head: bytes, file: object) -> tuple[HitRecord | None, int] | None:
    """A record and its size in bytes; record None: intact bytes of a shape this version does not know."""
    if len(head) < _HEAD.size:
        return None
    length, crc = _HEAD.unpack(head)
    if length > MAX_RECORD_BYTES:
        return None
    body: bytes = file.read(length)  # type: ignore[attr-defined]
    if len(body) < length or zlib.crc32(body) != crc:
        return None
    try:
        return _decode(body), _HEAD.size + length
    except msgspec.DecodeError:
        return None, _HEAD.size + length


def _is_free(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    return True


def _sync_directory(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def walk(directory: Path) -> Iterator[HitRecord]:
    """Every intact record of a spool, oldest segment first; for tests and tools."""
    for path in list_segments(directory):
        offset = 0
        while True:
            segment = read_segment(path, offset, 10_000)
            yield from (record for _, record in segment.records)
            if not segment.records:
                break
            offset = segment.next_offset
