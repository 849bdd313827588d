"""Take in images: checked, written anew without metadata, kept under their content's hash."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from postroom.lib import disk
from postroom.lib.errors import Invalid, PostroomError
from postroom.media.models import Media
from postroom.settings import load

# Pillow's format → (mime, extension). SVG and everything else is refused: it may hold scripts.
_FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}
EXTENSIONS = dict(_FORMATS.values())
Image.MAX_IMAGE_PIXELS = (
    None  # Pillow's own bound is looser than ours, which is judged before anything is decoded
)


class ImageRefused(Invalid):
    """Not an image that is taken."""

    code = "image_refused"


class DiskFull(PostroomError):
    """The disk does not take the file."""

    status = 507
    code = "disk_full"


def store(*, account_id: int, name: str, data: bytes) -> Media:
    """Keep an image (PNG, JPEG, GIF, WebP); the same one again is the same row.

    Raises ImageRefused, DiskFull."""
    settings = load()
    if len(data) > settings.limit_upload_bytes:
        raise ImageRefused(
            f"The file has {len(data) / 1e6:.0f} MB; "
            f"at most {settings.limit_upload_bytes / 1e6:.0f} MB are taken.",
            help="Make it smaller, then upload it again.",
            field="file",
        )
    if disk.is_low(settings.data, settings.min_free_disk()):
        raise _full()
    written, kind, size = rewrite(data, settings.limit_image_pixels)
    mime, extension = _FORMATS[kind]
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


def rewrite(data: bytes, max_pixels: int) -> tuple[bytes, str, tuple[int, int]]:
    """The image encoded anew: turned upright, without metadata. Answers bytes, format, (width, height).

    Raises ImageRefused. The size is read from the header, before a pixel is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=list(_FORMATS))
        kind = str(image.format)
        if image.width * image.height * getattr(image, "n_frames", 1) > max_pixels:
            raise ImageRefused(
                f"The image has {image.width:,} × {image.height:,} pixels; "
                f"at most {max_pixels / 1e6:.0f} million are taken, all frames together.",
                help="Make it smaller, then upload it again.",
                field="file",
            )
        out = io.BytesIO()
        _save(image, kind, out)
    except ImageRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ImageRefused(
            "This is no image that can be read.", help="Upload a PNG, JPEG, GIF or WebP file.", field="file"
        ) from error
    upright = ImageOps.exif_transpose(image) if kind != "GIF" else image
    return out.getvalue(), kind, (upright.width, upright.height)


def _save(image: Image.Image, kind: str, out: io.BytesIO) -> None:
    if getattr(image, "is_animated", False):
        image.save(out, kind, save_all=True, optimize=kind == "GIF")
        return
    image.load()
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
    clean = upright.copy()
    clean.info = {key: value for key, value in upright.info.items() if key in ("transparency", "duration")}
    options = (
        {"quality": 88, "optimize": True} if kind == "JPEG" else {"quality": 88} if kind == "WEBP" else {}
    )
    clean.save(out, kind, **options)


def _write(folder: Path, name: str, data: bytes) -> None:
    """All of it or nothing: written beside, synced, then renamed."""
    if (folder / name).exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fd, beside = tempfile.mkstemp(dir=folder, prefix=".new-")
    except OSError as error:
        raise _full() from error
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).rename(folder / name)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(beside).unlink()
        raise _full() from error


def _full() -> DiskFull:
    return DiskFull(
        "The image could not be kept: the disk is full.",
        help="Free some space on the server, then try again.",
    )


def _plain_name(name: str) -> str:
    return "".join(c for c in Path(name.replace("\\", "/")).name if c.isprintable())[:255] or "image"
