"""Files as they come from other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from postroom.imports import reader, rules
from postroom.imports.errors import InvalidMapping, UnreadableFile

TEXT = "Email,First Name,Ort\nada@x.com,Zoë,Köln\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("latin-1") + b"\x81", "latin-1"),
    ],
)
def test_encodings_are_found(tmp_path: Path, data: bytes, encoding: str) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(data)
    layout = reader.look_at(file)
    assert (layout.encoding, layout.headers) == (encoding, ["Email", "First Name", "Ort"])
    assert layout.samples[1] == ["Zoë"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "f.csv"
    header = ["Email", "Name" if delimiter == "," else "Name, full"]
    file.write_text(delimiter.join(header) + "\n" + delimiter.join(["a@x.com", '"A; B"']) + "\n")
    layout = reader.look_at(file)
    assert (layout.delimiter, layout.headers[0], layout.samples[1]) == (delimiter, "Email", ["A; B"])


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text('Email,Note\r\na@x.com,"two\r\nlines"\r\n\r\nb@x.com,x\r\n', newline="")
    assert [line for line, _ in reader.read_rows(file, "utf-8", ",")] == [3, 5]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n \n",
        b"\x00\x01\x02\x89PNG\x00\x00" * 100,
        b"PK\x03\x04" + b"xl/workbook.xml,abc\n" * 50,
        b"%PDF-1.7\n1 0 obj\n" * 20,
        bytes(range(1, 256)) * 40,
    ],
)
def test_what_is_no_table_is_refused_with_the_next_step(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "f.csv"
    file.write_bytes(data)
    with pytest.raises(UnreadableFile) as caught:
        reader.look_at(file)
    assert caught.value.help


def test_a_list_without_a_header_loses_nobody(tmp_path: Path) -> None:
    file = tmp_path / "f.csv"
    file.write_text("joe1@example.com,Joe\njoe2@example.com,Jim\n")
    layout = reader.look_at(file)
    assert (layout.has_header, layout.headers) == (False, ["Column 1", "Column 2"])
    assert layout.samples == [["joe1@example.com", "joe2@example.com"], ["Joe", "Jim"]]
    assert rules.guess(layout.headers, layout.samples, {})[0] == "email"
    rows = list(reader.read_rows(file, layout.encoding, layout.delimiter, has_header=False))
    assert [line for line, _ in rows] == [1, 2]


def test_columns_are_guessed_by_header_and_content() -> None:
    headers = ["Email Address", "First Name", "CITY", "Tags", "Birthday", "MEMBER_RATING", "empty"]
    samples = [["a@x.com"], ["Ada"], ["Porto"], ["vip"], ["14/03"], ["4"], []]
    assert rules.guess(headers, samples, {"city": 7}) == [
        "email", "first_name", {"field": 7}, "tags", {"new_field": "Birthday"}, "skip", "skip",
    ]  # fmt: skip
    assert rules.guess(["x", "y"], [["1"], ["a@x.com"]], {}) == [{"new_field": "x"}, "email"]
    assert "email" not in rules.guess(["Name"], [["Ada"]], {})


@pytest.mark.parametrize(
    "mapping",
    [
        ["first_name", "skip"],
        ["email", "email"],
        ["email"],
        ["email", {"field": 99}],
        ["email", {"new_field": " "}],
        [{"to": "email", "policy": "shred"}, "skip"],
        ["email", 5],
    ],
)
def test_mappings_that_lead_nowhere_are_refused(mapping: list) -> None:
    with pytest.raises(InvalidMapping) as caught:
        rules.check_mapping(mapping, 2, {1})
    assert caught.value.help


def test_tags_of_a_cell() -> None:
    assert rules.cut_tags('newsletter, “workshop 26”; "vip",,') == ["newsletter", "workshop 26", "vip"]
