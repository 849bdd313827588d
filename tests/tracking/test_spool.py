"""The spool keeps what it was given, whatever happens to the process or the file."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from postroom.tracking import spool
from postroom.tracking.spool import HitRecord, SpoolWriter


def hit(n: int) -> HitRecord:
    return HitRecord(
        "click", 1_000 + n, 1, 2, 20_000, n, 0, 1, "https://a.example/", "203.0.113.1", "Mozilla"
    )


@pytest.fixture
def writer(tmp_path):
    made = SpoolWriter(tmp_path)
    yield made
    made.close()


def test_what_was_appended_is_read_back_in_order(tmp_path, writer):
    for n in range(50):
        writer.append(hit(n))
    assert [h.recipient_id for h in spool.walk(tmp_path)] == list(range(50))


def test_reading_goes_on_where_it_stopped(tmp_path, writer):
    for n in range(10):
        writer.append(hit(n))
    (path,) = spool.list_segments(tmp_path)
    first = spool.read_segment(path, 0, 4)
    assert len(first.records) == 4
    assert not first.finished
    rest = spool.read_segment(path, first.next_offset, 100)
    assert [h.recipient_id for _, h in rest.records] == [4, 5, 6, 7, 8, 9]
    assert not rest.finished, "its writer is alive"
    writer.close()
    assert spool.read_segment(path, rest.next_offset, 100).finished


def test_a_torn_end_waits_for_its_writer_and_is_skipped_after_it(tmp_path, writer):
    writer.append(hit(1))
    writer.append(hit(2))
    (path,) = spool.list_segments(tmp_path)
    size = path.stat().st_size
    os.truncate(path, size - 3)
    torn = spool.read_segment(path, 0, 100)
    assert [h.recipient_id for _, h in torn.records] == [1]
    assert not torn.finished
    writer.close()
    assert spool.read_segment(path, torn.next_offset, 100).finished


@pytest.mark.parametrize("at", [0, 4, 20])
def test_a_damaged_record_is_never_believed(tmp_path, writer, at):
    writer.append(hit(1))
    writer.close()
    (path,) = spool.list_segments(tmp_path)
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)
    assert list(spool.walk(tmp_path)) == []


def test_a_short_write_ends_the_segment(tmp_path, writer, monkeypatch):
    writer.append(hit(1))
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:5]))
    with pytest.raises(OSError, match="only 5 of"):
        writer.append(hit(2))
    monkeypatch.undo()
    writer.append(hit(3))
    assert len(spool.list_segments(tmp_path)) == 2
    assert [h.recipient_id for h in spool.walk(tmp_path)] == [1, 3]


def test_a_full_segment_is_followed_by_another(tmp_path, writer, monkeypatch):
    monkeypatch.setattr(spool, "MAX_SEGMENT_BYTES", 200)
    for n in range(20):
        writer.append(hit(n))
    assert len(spool.list_segments(tmp_path)) > 3
    assert [h.recipient_id for h in spool.walk(tmp_path)] == list(range(20))


def test_threads_share_a_writer(tmp_path, writer):
    def append(base: int) -> None:
        for n in range(200):
            writer.append(hit(base + n))

    threads = [threading.Thread(target=append, args=(k * 1000,)) for k in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len({h.recipient_id for h in spool.walk(tmp_path)}) == 800


WRITE_FOREVER = """
import sys
from pathlib import Path
from postroom.tracking.spool import HitRecord, SpoolWriter
writer = SpoolWriter(Path(sys.argv[1]))
n = 0
while True:
    writer.append(HitRecord("click", n, 1, 2, 20_000, n, 0, 1, "https://a.example/", "", ""))
    print(n, flush=True)
    n += 1
"""


@pytest.mark.crash
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path):
    for round_no in range(5):
        directory = tmp_path / str(round_no)
        command = [sys.executable, "-c", WRITE_FOREVER, str(directory)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            acknowledged = -1
            for _ in range(300 + 137 * round_no):
                acknowledged = int(child.stdout.readline())
            os.kill(child.pid, signal.SIGKILL)
            acknowledged = max([acknowledged, *map(int, child.stdout.read().split()[:-1])])
        kept = [h.recipient_id for h in spool.walk(directory)]
        assert kept == list(range(len(kept)))
        assert len(kept) > acknowledged
