"""Images come in clean, once, and whole or not at all."""

import hashlib
import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from postroom.media import services
from postroom.media.models import Media
from postroom.media.services import DiskFull, ImageRefused
from postroom.settings import load


@pytest.fixture
def account(db: None, postgres: str, monkeypatch: pytest.MonkeyPatch) -> int:
    from postroom.accounts.services import create_account

    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 10**12)
    return int(create_account(name="Alice")[0].pk)


def picture(kind: str, size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(out, kind, **options)
    return out.getvalue()


def kept(account: int) -> list[Path]:
    return sorted((load().media_dir / str(account)).glob("*"))


@pytest.mark.parametrize(
    ("kind", "mime", "extension"),
    [
        ("PNG", "image/png", "png"),
        ("JPEG", "image/jpeg", "jpg"),
        ("GIF", "image/gif", "gif"),
        ("WEBP", "image/webp", "webp"),
    ],
)
def test_an_image_is_kept_under_its_hash(account: int, kind: str, mime: str, extension: str) -> None:
    found = services.store(account_id=account, name="../a/b\x00.png", data=picture(kind))
    assert (found.mime, found.width, found.height, found.name) == (mime, 40, 20, "b.png")
    file = load().media_dir / str(account) / f"{found.sha256}.{extension}"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == found.sha256
    assert file.stat().st_size == found.size_bytes
    assert services.url_of(found).endswith(f"/media/{account}/{found.sha256}.{extension}")
    again = services.store(account_id=account, name="other", data=picture(kind))
    assert again.pk == found.pk


def test_metadata_is_gone_and_the_picture_stands_upright(account: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "secret place"
    data = picture("JPEG", exif=exif.tobytes())
    assert b"secret place" in data
    found = services.store(account_id=account, name="a.jpg", data=data)
    assert (found.width, found.height) == (20, 40)
    [file] = [path for path in kept(account) if found.sha256 in path.name]
    assert b"secret place" not in file.read_bytes()
    with Image.open(file) as image:
        assert not image.getexif()


def test_an_animation_keeps_its_frames(account: int) -> None:
    frames = [Image.new("RGB", (10, 10), (n * 60, 0, 0)) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80)
    found = services.store(account_id=account, name="a.gif", data=out.getvalue())
    [file] = [path for path in kept(account) if found.sha256 in path.name]
    with Image.open(file) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]


def bomb(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "no image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "no image"),
        (b"<html><script>x</script></html>", "no image"),
        (picture("PNG")[:60], "no image"),
        (b"GIF89a" + b"\0" * 100, "no image"),
        (picture("BMP"), "no image"),
        (bomb(30_000, 30_000), "pixels"),
        (bomb(7_000, 6_000), "pixels"),
        (b"\0" * 20_000_001, "MB"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(account: int, data: bytes, word: str) -> None:
    with pytest.raises(ImageRefused, match=word) as caught:
        services.store(account_id=account, name="a.png", data=data)
    assert caught.value.help
    assert Media.objects.count() == 0


def test_below_the_reserve_nothing_is_taken(account: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 0)
    with pytest.raises(DiskFull):
        services.store(account_id=account, name="a.png", data=picture("PNG"))


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path) -> None:
    """In a process whose files may not grow past 2 kB: the write fails in the middle."""
    code = (
        "import resource, signal, sys, pathlib\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "import django; django.setup()\n"
        "from postroom.media import services\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "try:\n"
        "    services._write(folder, 'a.png', b'x' * 5000)\n"
        "except services.DiskFull as error:\n"
        "    assert error.help\n"
        "    sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "m")], env=os.environ, check=False)
    assert done.returncode == 7
    assert list((tmp_path / "m").iterdir()) == []
