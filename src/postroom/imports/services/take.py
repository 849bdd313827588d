"""Taking a file in: it is kept on disk as it came, and looked at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from postroom.imports import reader, rules
from postroom.imports.errors import DiskFull
from postroom.imports.models import Import
from postroom.lib import disk
from postroom.settings import load
from postroom.subscribers import queries as subscribers


def create(*, account_id: int, file_name: str, blocks: Iterable[bytes], user_id: int | None = None) -> Import:
    """Stores the file and guesses its columns. Raises UnreadableFile, DiskFull; then nothing is kept."""
    path = _keep(account_id, blocks)
    try:
        layout = reader.look_at(path)
        rows = sum(
            1 for _ in reader.read_rows(path, layout.encoding, layout.delimiter, has_header=layout.has_header)
        )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    fields = subscribers.list_fields(account_id)
    by_name = {name.lower(): f.id for f in fields for name in (*f.aliases, f.key, f.label)}
    guesses = rules.guess(layout.headers, layout.samples, by_name)
    name = Path(file_name.replace("\\", "/")).name.replace("\x00", "")[:255] or "people.csv"
    return Import.objects.create(
        account_id=account_id,
        created_by_id=user_id,
        file_name=name,
        file_path=str(path.relative_to(load().data)),
        size_bytes=path.stat().st_size,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        has_header=layout.has_header,
        columns=[
            {"header": header, "samples": values[: reader.SAMPLES], "guess": guess}
            for header, values, guess in zip(layout.headers, layout.samples, guesses, strict=True)
        ],
        mapping=[{"to": guess, "policy": "fill"} for guess in guesses],
        source=f"Import, {name}"[:255],
        total_rows=rows,
    )


def path_of(found: Import) -> Path:
    """Where the file lies."""
    return load().data / found.file_path


def _keep(account_id: int, blocks: Iterable[bytes]) -> Path:
    settings = load()
    if disk.is_low(settings.data, settings.min_free_disk()):
        raise _full()
    folder = settings.data / "imports" / str(account_id)
    path = folder / f"{secrets.token_hex(12)}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("xb") as file:
            for block in blocks:
                file.write(block)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _full() from error
    return path


def _full() -> DiskFull:
    return DiskFull(
        "There is not enough room on the server's disk for this file.",
        help="Nothing was stored. Free some space there (or ask who runs it), then upload again.",
    )
