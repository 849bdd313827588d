"""Images from outside: judged by their header, then written anew without what they carry besides pixels."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageOps

from postroom.lib.errors import Invalid

# Pillow's format → (mime, extension). SVG and everything else is refused: it may hold scripts.
FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "GIF": ("image/gif", "gif"),
    "WEBP": ("image/webp", "webp"),
}
# Pillow's own bound is looser than ours, which is judged before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
_KEPT = ("transparency", "duration", "loop", "background", "icc_profile")


class ImageRefused(Invalid):
    """Not an image that is taken."""

    code = "image_refused"


def rewrite(data: bytes, max_pixels: int) -> tuple[bytes, str, tuple[int, int]]:
    """The image encoded anew: turned upright, with its colour profile but no other metadata.

    Answers bytes, format, (width, height). Raises ImageRefused."""
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
            kind = str(image.format)
            _demand_pixels(image, max_pixels)
            out = io.BytesIO()
            size = _save(image, kind, out)
    except ImageRefused:
        raise
    # Pillow's decoders raise all of these, and more, for bytes that are no image or break off.
    except Exception as error:
        raise ImageRefused(
            "This is no image that can be read.",
            help="Upload a PNG, JPEG, GIF or WebP file; one that broke off on its way, once more.",
            field="file",
        ) from error
    return out.getvalue(), kind, size


def _demand_pixels(image: Image.Image, max_pixels: int) -> None:
    frames = getattr(image, "n_frames", 1)
    if image.width * image.height * frames <= max_pixels:
        return
    times = f" in {frames:,} frames" if frames > 1 else ""
    raise ImageRefused(
        f"The image has {image.width:,} × {image.height:,} pixels{times}; "
        f"at most {max_pixels / 1e6:.0f} million are taken, all frames together.",
        help="Make it smaller, then upload it again.",
        field="file",
    )


def _save(image: Image.Image, kind: str, out: io.BytesIO) -> tuple[int, int]:
    if getattr(image, "is_animated", False):
        # Pillow writes what an animation says about itself from here.
        for key in set(image.info) - set(_KEPT):
            del image.info[key]
        image.save(out, kind, save_all=True, optimize=kind == "GIF", comment=b"")
        return image.size
    image.load()
    upright = ImageOps.exif_transpose(image)
    kept = {key: value for key, value in upright.info.items() if key in _KEPT}
    if kind == "JPEG" and upright.mode not in ("L", "RGB"):
        upright = upright.convert("RGB")
        kept.pop("icc_profile", None)  # it spoke of other colours than these
    clean = upright.copy()
    clean.info.clear()
    clean.info.update(kept)
    options: dict[str, Any] = {"JPEG": {"quality": 88, "optimize": True}, "WEBP": {"quality": 88}}.get(
        kind, {}
    )
    clean.save(out, kind, **options, icc_profile=kept.get("icc_profile"))
    return clean.size
