"""From bytes to rows: encoding, delimiter, header. Reads the file and changes nothing."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from postroom.imports.errors import UnreadableFile

SAMPLES = 3
SAMPLE_ROWS = 200
MAX_COLUMNS = 300
MAX_CELL = 1_000_000
DELIMITERS = ",;\t|"
csv.field_size_limit(MAX_CELL)
# How files begin that people mistake for CSV: zip (XLSX, ODS, Numbers), the old XLS, PDF, gzip, pictures.
_NO_TEXT = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"%PDF-",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
)
_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read, and what its header says; samples are the first distinct values."""

    encoding: str
    delimiter: str
    headers: list[str]
    samples: list[list[str]]
    has_header: bool = True
    """False: the first row is a person, the headers are made up."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be cut into cells."""

    line: int
    reason: str
    text: str


def look_at(path: Path) -> Layout:
    """Encoding, delimiter, header and samples of a file. Raises UnreadableFile."""
    encoding = detect_encoding(path)
    with path.open("r", encoding=encoding, newline="") as file:
        head = file.read(65_536)
    if not head.strip("\ufeff \r\n\t"):
        raise UnreadableFile("The file is empty.", help="Choose a CSV file with a header row.", field="file")
    if _is_no_text(path, head):
        raise UnreadableFile(
            "This is no text file.",
            help="Save the table as CSV in your spreadsheet, then upload that.",
            field="file",
        )
    delimiter = detect_delimiter(head)
    headers: list[str] = []
    seen: list[list[str]] = []
    has_header = True
    for line, cells in read_rows(path, encoding, delimiter, has_header=False):
        if isinstance(cells, BadRow):
            continue
        cells = [cell.replace("\x00", "") for cell in cells]
        if not headers:
            # A list without a header: nobody calls a column by an address.
            has_header = not any(_ADDRESS.fullmatch(cell.strip()) for cell in cells)
            named = cells if has_header else [""] * len(cells)
            headers = [cell.strip() or f"Column {number}" for number, cell in enumerate(named, 1)]
            seen = [[] for _ in headers]
            if has_header:
                continue
        for values, cell in zip(seen, cells, strict=False):
            if cell.strip() and cell.strip() not in values and len(values) < SAMPLE_ROWS:
                values.append(cell.strip()[:200])
        if line >= SAMPLE_ROWS:
            break
    if len(headers) > MAX_COLUMNS:
        raise UnreadableFile(
            f"The file has {len(headers)} columns.", help=f"Keep at most {MAX_COLUMNS} of them.", field="file"
        )
    return Layout(encoding, delimiter, headers, seen, has_header)


def detect_encoding(path: Path) -> str:
    """utf-8-sig, utf-16, cp1252 or latin-1: by the byte order mark, by zeros, by what decodes."""
    with path.open("rb") as file:
        head = file.read(4096)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if len(head) >= 4 and head[1::2].count(0) > len(head) // 4:
            return "utf-16-le"
        if len(head) >= 4 and head[::2].count(0) > len(head) // 4:
            return "utf-16-be"
        for encoding in ("utf-8", "cp1252"):
            file.seek(0)
            if _decodes(file, encoding):
                return encoding
    return "latin-1"


def detect_delimiter(head: str) -> str:
    """The delimiter that cuts the first lines into the same number of cells, and into most of them."""

    def score(delimiter: str) -> tuple[bool, int]:
        rows = [row for row in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if row][:20]
        rows = rows[:-1] if len(rows) > 2 else rows  # the last may be cut off
        widths = [len(row) for row in rows]
        return max(widths, default=1) == min(widths, default=1), widths[0] if widths else 1

    scores: dict[str, tuple[bool, int]] = {}
    for delimiter in DELIMITERS:
        try:
            scores[delimiter] = score(delimiter)
        except csv.Error:
            scores[delimiter] = (False, 1)
    several = {d: s for d, s in scores.items() if s[1] > 1}
    return max(several, key=lambda d: several[d]) if several else ","


def read_rows(
    path: Path, encoding: str, delimiter: str, *, has_header: bool = True
) -> Iterator[tuple[int, list[str] | BadRow]]:
    """(line, cells) of each row that is not blank, the header left out when there is one; `line` is the line
    in the file on which the row ends."""
    with path.open("r", encoding=encoding, newline="", errors="replace") as file:
        reader = csv.reader(file, delimiter=delimiter)
        header_seen = not has_header
        while True:
            try:
                for cells in reader:
                    if not cells or (len(cells) == 1 and not cells[0].strip()):
                        continue
                    if not header_seen:
                        header_seen = True
                        continue
                    yield reader.line_num, cells
                return
            except csv.Error as error:
                if not header_seen:
                    raise UnreadableFile(
                        "The header row cannot be read.", help="Save the file as CSV again.", field="file"
                    ) from error
                yield reader.line_num, BadRow(reader.line_num, "columns", str(error)[:200])


def _is_no_text(path: Path, head: str) -> bool:
    with path.open("rb") as file:
        if file.read(8).startswith(_NO_TEXT):
            return True
    return head.count("\x00") > max(10, len(head) // 100) or len(_CONTROLS.findall(head)) > len(head) // 100


def _decodes(file: io.BufferedReader, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(1 << 20):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
