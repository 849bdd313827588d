"""Take in images: checked, written anew without metadata, kept under their content's hash."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path

from postroom.lib import disk
from postroom.lib.errors import PostroomError
from postroom.media.images import FORMATS, ImageRefused, rewrite
from postroom.media.models import Media
from postroom.settings import load

EXTENSIONS = dict(FORMATS.values())
INCOMING = ".incoming"
"""The folder of files that are being written, beside those of the accounts."""
_STALE_AFTER_S = 3600


class DiskFull(PostroomError):
    """The disk does not take the file."""

    status = 507
    code = "disk_full"


class NotKept(PostroomError):
    """The folder does not take the file, for another reason than room."""

    status = 507
    code = "media_not_kept"


def demand_size(size_bytes: int) -> None:
    """Raises ImageRefused for more than one upload may have; ask before the file is read into memory."""
    limit = load().limit_upload_bytes
    if size_bytes > limit:
        raise ImageRefused(
            f"The file has {size_bytes / 1e6:.0f} MB; at most {limit / 1e6:.0f} MB are taken.",
            help="Make it smaller, then upload it again.",
            field="file",
        )


def store(*, account_id: int, name: str, data: bytes) -> Media:
    """Keep an image (PNG, JPEG, GIF, WebP); the same one again is the same row.

    Raises ImageRefused, DiskFull, NotKept."""
    settings = load()
    demand_size(len(data))
    if disk.is_low(settings.data, settings.min_free_disk()):
        raise _full()
    written, kind, size = rewrite(data, settings.limit_image_pixels)
    mime, extension = FORMATS[kind]
    digest = hashlib.sha256(written).hexdigest()
    _write(settings.media_dir / str(account_id), f"{digest}.{extension}", written)
    found, _ = Media.objects.get_or_create(
        account_id=account_id,
        sha256=digest,
        defaults={
            "name": _plain_name(name),
            "mime": mime,
            "width": size[0],
            "height": size[1],
            "size_bytes": len(written),
        },
    )
    return found


def url_of(media: Media) -> str:
    """The image's address for everybody, on the host of creators' pages."""
    return f"{load().pages_url}/media/{media.account_id}/{media.sha256}.{EXTENSIONS[media.mime]}"


def _write(folder: Path, name: str, data: bytes) -> None:
    """All of it or nothing: written beside, synced, then renamed."""
    if (folder / name).exists():
        return
    incoming = folder.parent / INCOMING
    beside = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        incoming.mkdir(exist_ok=True)
        _sweep(incoming)
        fd, beside = tempfile.mkstemp(dir=incoming)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).rename(folder / name)
    except OSError as error:
        if beside:
            with contextlib.suppress(OSError):
                Path(beside).unlink()
        raise _explain(error, folder) from error


def _sweep(incoming: Path) -> None:
    """Remove what a process left that was killed while it wrote."""
    for path in incoming.iterdir():
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - _STALE_AFTER_S:
                path.unlink()


def _explain(error: OSError, folder: Path) -> PostroomError:
    if error.errno in disk.FULL:
        return _full()
    return NotKept(
        f"The image could not be kept: {error.strerror or error}.",
        help=f"Make {folder.parent} a folder that Postroom's user may write to, then upload it again.",
    )


def _full() -> DiskFull:
    return DiskFull(
        "The image could not be kept: the disk is full.",
        help="Free some space on the server, then try again.",
    )


def _plain_name(name: str) -> str:
    return "".join(c for c in Path(name.replace("\\", "/")).name if c.isprintable())[:255] or "image"
