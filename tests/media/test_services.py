"""Images come in clean, once, and whole or not at all."""

import hashlib
import io
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from postroom.media import services
from postroom.media.images import ImageRefused, rewrite
from postroom.media.models import Media
from postroom.media.services import DiskFull, NotKept
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


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("GIF", {"comment": b"secret place"}),
        ("WEBP", {"xmp": b"secret place"}),
        ("PNG", {"exif": b"secret place"}),
    ],
)
def test_an_animation_loses_its_metadata_too(kind: str, options: dict[str, Any]) -> None:
    frames = [Image.new("RGB", (10, 10), (n * 60, 0, 0)) for n in range(3)]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=80, **options)
    assert b"secret place" in out.getvalue()
    written, _, _ = rewrite(out.getvalue(), 1_000)
    assert b"secret place" not in written
    with Image.open(io.BytesIO(written)) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_stays_with_its_colours(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    written, _, _ = rewrite(picture(kind, icc_profile=profile), 1_000)
    with Image.open(io.BytesIO(written)) as image:
        assert image.info["icc_profile"] == profile


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int, pixels: bytes = b"\0" * 100, *more: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(pixels, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def film(frames: int) -> bytes:
    out = io.BytesIO()
    shown = [Image.new("P", (1_000, 1_000), n % 250) for n in range(frames)]
    shown[0].save(out, "GIF", save_all=True, append_images=shown[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "no image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "no image"),
        (b"<html><script>x</script></html>", "no image"),
        (picture("PNG")[:60], "no image"),
        (b"GIF89a" + b"\0" * 100, "no image"),
        (picture("BMP"), "no image"),
        (picture("JPEG", (400, 400))[:-300], "no image"),
        (picture("PNG")[:-30] + b"<script>steal()</script>", "no image"),
        (bomb(30_000, 30_000), "pixels"),
        (bomb(8_200, 5_000), "8,200 × 5,000 pixels; at most 40 million"),
        (film(42), "in 42 frames"),
        (b"\0" * 20_000_001, "MB"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(account: int, data: bytes, word: str) -> None:
    with pytest.raises(ImageRefused, match=word) as caught:
        services.store(account_id=account, name="a.png", data=data)
    assert caught.value.help
    assert Media.objects.count() == 0
    assert kept(account) == []


@pytest.mark.parametrize(
    "data",
    [
        bomb(100, 100, b"\0" * 300_000_000),
        bomb(100, 100, b"\0" * 30_100, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 300_000_000, 9))),
        bomb(100, 100, b"\0" * 30_100, chunk(b"iCCP", b"a\0\0" + zlib.compress(b"\0" * 300_000_000, 9))),
    ],
    ids=["pixels", "text", "profile"],
)
def test_a_bomb_does_not_unfold(data: bytes) -> None:
    """300 MB in 300 kB: in a process that may not have that much."""
    code = (
        "import resource, sys\n"
        "from postroom.media.images import ImageRefused, rewrite\n"
        "data = sys.stdin.buffer.read()\n"
        "size = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize() + 100_000_000\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size, size))\n"
        "try:\n"
        "    print(len(rewrite(data, 40_000_000)[0]) < 1_000_000)\n"
        "except ImageRefused as error:\n"
        "    print(not isinstance(error.__cause__, MemoryError))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"True\n", b"")


@pytest.mark.filterwarnings("ignore")  # Pillow warns of what it then refuses
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_image_is_refused_or_taken_and_nothing_else(kind: str, data: st.DataObject) -> None:
    raw = bytearray(picture(kind, (32, 32)))
    places = st.integers(0, len(raw) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        raw[place] = value
    raw = raw[: data.draw(st.one_of(st.just(len(raw)), places))]
    try:
        written, _, size = rewrite(bytes(raw), 1_000_000)
    except ImageRefused:
        return
    with Image.open(io.BytesIO(written)) as image:
        assert image.size == size


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
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_folder_that_is_in_the_way_is_said_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")
    with pytest.raises(NotKept, match="Not a directory") as caught:
        services._write(tmp_path / "media" / "1", "a.png", b"x")
    assert str(tmp_path / "media") in caught.value.help


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    incoming = tmp_path / services.INCOMING
    incoming.mkdir()
    for name, age_s in (("old", 7_200), ("new", 60)):
        (incoming / name).write_bytes(b"half")
        os.utime(incoming / name, (time.time() - age_s,) * 2)
    services._write(tmp_path / "1", "a.png", b"whole")
    assert [path.name for path in incoming.iterdir()] == ["new"]
    assert (tmp_path / "1" / "a.png").read_bytes() == b"whole"
