"""The form of a backup: a tar with `manifest.json` last, which names every other member with its checksum."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

FORMAT = 1
MANIFEST, DATABASE, SETTINGS, SECRETS, SEALED = (
    "manifest.json", "database.dump", "settings.json", "secrets.json", "secrets.sealed",
)  # fmt: skip
MEDIA = "media/"
_BLOCK = 1 << 20


class BackupError(Exception):
    """A backup cannot be written or restored; the text says what to do."""


@dataclass
class Manifest:
    """What an archive holds, and which version wrote it."""

    postroom: str
    created_at: str
    postgres: str
    migrations: list[str]
    key_mark: str
    """Tells whether an installation key is the one the archive's secrets were sealed with."""
    files: dict[str, str] = field(default_factory=dict)
    """{member: SHA-256 in hex}."""
    format: int = FORMAT


class Writer:
    """Writes one archive; it appears under its name only when it is whole."""

    def __init__(self, file: Path, manifest: Manifest) -> None:
        self.file = file
        self.manifest = manifest
        self._temp = file.with_name(f".{file.name}.{os.getpid()}")
        handle = os.open(self._temp, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._out = os.fdopen(handle, "w+b")
        self._tar = tarfile.TarFile(fileobj=self._out, mode="w", format=tarfile.PAX_FORMAT)

    def add_bytes(self, name: str, content: bytes) -> None:
        """One small member."""
        self.manifest.files[name] = hashlib.sha256(content).hexdigest()
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))

    def add_file(self, name: str, path: Path) -> None:
        """One member from a file; a file that vanished meanwhile is left out."""
        try:
            with path.open("rb") as source:
                info = tarfile.TarInfo(name)
                info.size, info.mode = os.fstat(source.fileno()).st_size, 0o600
                hashing = _Hashing(source)
                self._tar.addfile(info, hashing)
        except FileNotFoundError:
            return
        self.manifest.files[name] = hashing.digest.hexdigest()

    def finish(self) -> None:
        """Adds the manifest, makes all durable and gives the archive its name."""
        text = json.dumps(asdict(self.manifest), indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self._tar.addfile(info, io.BytesIO(text))
        self._tar.close()
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self._temp.replace(self.file)

    def give_up(self) -> None:
        """Removes what was written."""
        self._out.close()
        self._temp.unlink(missing_ok=True)


def read_manifest(file: Path) -> Manifest:
    """Reads the whole archive, compares every checksum and returns the manifest. Raises BackupError."""
    seen: dict[str, str] = {}
    manifest: Manifest | None = None
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None or not _is_ours(member.name):
                    raise BackupError(f"{file} holds {member.name!r}, which no Postroom backup does.")
                if member.name == MANIFEST:
                    manifest = Manifest(**json.loads(content.read()))
                else:
                    seen[member.name] = _digest(content)
    except FileNotFoundError:
        raise BackupError(f"There is no file {file}.") from None
    except (tarfile.TarError, OSError, ValueError, TypeError) as error:
        raise BackupError(f"{file} is no backup of Postroom, or is damaged ({error}).") from None
    if manifest is None:
        raise BackupError(
            f"{file} ends too early: it holds no manifest. Copy it again from where it was made."
        )
    if manifest.format != FORMAT:
        raise BackupError(
            f"{file} has format {manifest.format}: restore it with the version that wrote it or newer."
        )
    wrong = [name for name, digest in manifest.files.items() if seen.get(name) != digest]
    if wrong or set(seen) != set(manifest.files):
        name = wrong[0] if wrong else sorted(set(seen) - set(manifest.files))[0]
        raise BackupError(f"{file} is damaged: the checksum of {name!r} is wrong. Copy it again.")
    return manifest


def extract(file: Path, choose: Callable[[str], Path | None]) -> None:
    """Writes each member to the path that `choose` names for it; None leaves it out."""
    with tarfile.open(file, "r:") as tar:
        for member in tar:
            target, content = choose(member.name), tar.extractfile(member)
            if target is None or content is None:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as out:
                while block := content.read(_BLOCK):
                    out.write(block)


def read_member(file: Path, name: str) -> bytes:
    """One member's content. Raises KeyError."""
    with tarfile.open(file, "r:") as tar:
        content = tar.extractfile(name)
        return content.read() if content else b""


def seal(content: bytes, passphrase: str) -> bytes:
    """Encrypted with a key that scrypt makes of the passphrase (16 bytes salt, 12 nonce, AES-256-GCM)."""
    salt, nonce = os.urandom(16), os.urandom(12)
    return salt + nonce + AESGCM(_stretch(passphrase, salt)).encrypt(nonce, content, b"postroom backup")


def unseal(sealed: bytes, passphrase: str) -> bytes:
    """The reverse of `seal`. Raises BackupError for a wrong passphrase."""
    salt, nonce, rest = sealed[:16], sealed[16:28], sealed[28:]
    try:
        return AESGCM(_stretch(passphrase, salt)).decrypt(nonce, rest, b"postroom backup")
    except InvalidTag:
        raise BackupError("The passphrase is wrong: the secret key in this backup stays sealed.") from None


def mark_key(key: bytes) -> str:
    """Twelve hex digits that tell keys apart and give nothing of them away."""
    return hashlib.blake2b(b"postroom backup key mark", key=key[:64], digest_size=6).hexdigest()


class _Hashing:
    """A reader that keeps the checksum of what passed."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.digest.update(block)
        return block


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def _is_ours(name: str) -> bool:
    if name in (MANIFEST, DATABASE, SETTINGS, SECRETS, SEALED):
        return True
    parts = name.split("/")
    return name.startswith(MEDIA) and all(part not in ("", ".", "..") for part in parts)


def _digest(content: object) -> str:
    digest = hashlib.sha256()
    while block := content.read(_BLOCK):  # type: ignore[attr-defined]
        digest.update(block)
    return digest.hexdigest()
