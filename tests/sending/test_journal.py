"""The journal tells after a kill what was begun and what came of it."""

import os
from pathlib import Path

import pytest

from postroom.sending import journal
from postroom.sending.journal import ACCEPTED, BEGUN, DEFERRED, Entry, Journal

ALICE, BOB, NOBODY = (7, 1, 0), (7, 2, 0), (7, -3, 12)


def test_the_last_record_of_a_message_counts(tmp_path: Path) -> None:
    book = Journal(tmp_path)
    book.begin(ALICE, 1)
    book.note(ACCEPTED, ALICE, 250, 1)
    book.begin(BOB, 1)
    book.begin(NOBODY, 1)
    book.note(DEFERRED, NOBODY, 451, 1)
    book.begin(NOBODY, 2)
    assert journal.read(tmp_path) == {
        ALICE: Entry(ACCEPTED, 250, 1),
        BOB: Entry(BEGUN, 0, 1),
        NOBODY: Entry(BEGUN, 0, 2),
    }


def test_a_torn_record_ends_the_reading_and_harms_nothing_before_it(tmp_path: Path) -> None:
    book = Journal(tmp_path)
    book.begin(ALICE, 1)
    book.begin(BOB, 1)
    file = next(tmp_path.glob("journal-*"))
    os.truncate(file, journal.SIZE + 11)
    assert journal.read(tmp_path) == {ALICE: Entry(BEGUN, 0, 1)}


def test_a_damaged_record_is_not_believed(tmp_path: Path) -> None:
    book = Journal(tmp_path)
    book.begin(ALICE, 1)
    file = next(tmp_path.glob("journal-*"))
    data = bytearray(file.read_bytes())
    data[3] ^= 1
    file.write_bytes(data)
    assert journal.read(tmp_path) == {}


def test_segments_go_when_everything_begun_in_them_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "SEGMENT_BYTES", 2 * journal.SIZE)
    book = Journal(tmp_path)
    first = book.begin(ALICE, 1)
    book.note(ACCEPTED, ALICE, 250, 1)
    second = book.begin(BOB, 1)
    assert first != second
    assert len(list(tmp_path.glob("journal-*"))) == 2
    book.settle(first)
    assert len(list(tmp_path.glob("journal-*"))) == 1
    assert journal.read(tmp_path) == {BOB: Entry(BEGUN, 0, 1)}
    book.settle(second)
    book.close()
    assert list(tmp_path.glob("journal-*")) == []


def test_a_slot_is_one_process_only_and_keeps_its_name(tmp_path: Path) -> None:
    with journal.hold_slot(tmp_path) as first, journal.hold_slot(tmp_path) as second:
        assert first.directory != second.directory
        assert first.owner != second.owner
        name = first.owner
    with journal.hold_slot(tmp_path) as again:
        assert again.owner == name


def test_slots_left_with_a_journal_are_found(tmp_path: Path) -> None:
    with journal.hold_slot(tmp_path), journal.hold_slot(tmp_path) as second:
        Journal(second.directory).begin(ALICE, 1)
        with journal.hold_orphans(tmp_path) as found:
            assert found == []
    with journal.hold_slot(tmp_path), journal.hold_orphans(tmp_path) as found:
        assert [slot.owner for slot in found] == [second.owner]


def test_a_full_disk_is_told_before_anything_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Journal(tmp_path)
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:-1]))
    with pytest.raises(OSError, match="free some disk space"):
        book.begin(ALICE, 1)
    monkeypatch.undo()
    book.begin(BOB, 1)
    assert journal.read(tmp_path) == {BOB: Entry(BEGUN, 0, 1)}
