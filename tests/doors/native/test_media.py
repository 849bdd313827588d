"""Uploads through the door: what is refused, in which words, and that nothing of it stays."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from postroom.media.models import Media
from postroom.settings import load
from tests.support.door import Person


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 10**12)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB with 100 kB left."""
    if os.geteuid() != 0:
        pytest.fail("this test mounts a file system: run it as root")
    folder = tmp_path / "full"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
    (folder / "rest").write_bytes(b"x" * 900_000)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def picture(size: tuple[int, int] = (40, 20), *, noise: bool = False) -> bytes:
    out = io.BytesIO()
    image = Image.effect_noise(size, 90).convert("RGB") if noise else Image.new("RGB", size, (200, 30, 60))
    image.save(out, "PNG")
    return out.getvalue()


def upload(who: Person, data: bytes, name: str = "a.png") -> Any:
    return who.client.post("/api/1/media", {"file": SimpleUploadedFile(name, data, "image/png")})


def kept(who: Person) -> list[str]:
    folder = load().media_dir
    return sorted(
        path.name for part in (str(who.account.pk), ".incoming") for path in (folder / part).glob("*")
    )


def test_an_image_comes_in_and_is_served(alice: Person) -> None:
    answer = upload(alice, picture())
    assert answer.status_code == 201
    body = answer.json()
    assert (body["width"], body["height"], body["name"]) == (40, 20, "a.png")
    served = alice.client.get("/media/" + body["url"].partition("/media/")[2])
    assert served["Content-Type"] == "image/png"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert b"".join(served.streaming_content).startswith(b"\x89PNG")
    assert alice.get("media").json()["total"] == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG" + b"\0" * 30_000_000, "30 MB; at most 20 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='steal()'/>", "no image"),
        (b"<!doctype html><script>steal()</script>", "no image"),
        (b"GIF89a<script>steal()</script>", "no image"),
        (picture((200, 200), noise=True)[:5_000], "no image"),
        (b"", "no image"),
    ],
    ids=["30 MB", "svg", "html", "html as gif", "broken off", "empty"],
)
def test_what_is_no_good_image_is_refused_in_a_sentence(alice: Person, data: bytes, words: str) -> None:
    before = kept(alice)
    refused = upload(alice, data)
    body = refused.json()
    assert (refused.status_code, body["code"], body["field"]) == (422, "image_refused", "file")
    assert words in body["message"]
    assert body["help"].endswith(".")
    assert not Media.objects.exists()
    assert kept(alice) == before


def test_a_file_that_is_too_large_is_not_read_at_all(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: Any) -> bytes:
        raise AssertionError("it was read")

    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.read", read, raising=False)
    assert upload(alice, b"x" * 21_000_000).status_code == 422


def test_a_full_disk_for_images_is_said_and_leaves_nothing(
    alice: Person, full_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from postroom.media import services

    real = load()
    monkeypatch.setattr(services, "load", lambda: real.model_copy(update={"media_path": full_disk}))
    monkeypatch.setattr(type(real), "media_dir", property(lambda _: full_disk))
    assert upload(alice, picture()).status_code == 201
    refused = upload(alice, picture((300, 300), noise=True))
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert refused.json()["help"] == "Free some space on the server, then try again."
    assert Media.objects.count() == 1
    assert len(kept(alice)) == 1
    (full_disk / "rest").unlink()
    assert upload(alice, picture((300, 300), noise=True)).status_code == 201


def test_a_full_disk_while_the_upload_arrives_is_said(alice: Person, full_disk: Path, settings: Any) -> None:
    """Files beyond 2.5 MB wait in the system's temporary folder until they are read."""
    settings.FILE_UPLOAD_TEMP_DIR = str(full_disk)
    refused = upload(alice, b"\x89PNG" + b"x" * 3_000_000)
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert refused.json()["help"]
    assert not Media.objects.exists()
    assert [path.name for path in full_disk.iterdir()] == ["rest"]


def test_only_members_who_may_write_upload(alice: Person, viewer: Person, charlie: Person) -> None:
    assert upload(viewer, picture()).status_code == 403
    assert upload(alice, picture()).status_code == 201
    assert charlie.get("media").json()["total"] == 0
