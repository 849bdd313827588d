"""Keyed signatures for tokens that leave the house, from the installation's secret keys.

Each purpose has a key of its own, derived by HKDF-SHA-256: a token made for one door never opens another.
The newest key signs; every key that is still listed verifies.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAC_BYTES = 10
"""80 bits: enough for a token that can only be guessed by asking the server."""


class Keyring:
    """The installation's keys, newest first. Raises ValueError for an empty list or a key under 16 bytes."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < 16 for key in keys):
            raise ValueError("A keyring needs at least one secret key, each of 16 bytes or more.")
        self._keys = tuple(bytes(key) for key in keys)
        self._ids = tuple(hashlib.sha256(b"postroom key id" + key).digest()[0] for key in self._keys)
        self._derive = lru_cache(maxsize=256)(_derive)

    @property
    def key_id(self) -> int:
        """One byte (0–255) that names the newest key inside a token."""
        return self._ids[0]

    def derive(self, purpose: str) -> bytes:
        """32 bytes for `purpose` from the newest key."""
        return self._derive(self._keys[0], purpose)

    def derive_all(self, purpose: str) -> tuple[bytes, ...]:
        """32 bytes for `purpose` from every listed key, newest first."""
        return tuple(self._derive(key, purpose) for key in self._keys)

    def start(self, purpose: str, size: int = MAC_BYTES) -> blake2b:
        """A keyed BLAKE2b state of the newest key, to be copied by those who sign by the million."""
        return blake2b(key=self.derive(purpose), digest_size=size)

    def mac(self, purpose: str, data: bytes, size: int = MAC_BYTES) -> bytes:
        """`size` bytes of keyed BLAKE2b over `data` with the newest key."""
        return blake2b(data, key=self.derive(purpose), digest_size=size).digest()

    def verify(self, purpose: str, data: bytes, tag: bytes, key_id: int | None = None) -> bool:
        """Whether `tag` is the signature of `data` by a listed key (by that called `key_id`, where given)."""
        for key, name in zip(self._keys, self._ids, strict=True):
            if key_id is not None and name != key_id:
                continue
            made = blake2b(
                data, key=self._derive(key, purpose), digest_size=max(1, min(len(tag), 64))
            ).digest()
            if hmac.compare_digest(made, tag):
                return True
        return False


def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"postroom/" + purpose.encode()).derive(key)


_SEALED = b"\x01"
_NONCE_BYTES = 12


def seal(keyring: Keyring, purpose: str, plain: bytes) -> bytes:
    """`plain` encrypted with the newest key (AES-256-GCM), to be opened for the same purpose only."""
    nonce = os.urandom(_NONCE_BYTES)
    key = keyring.derive(f"seal/{purpose}")
    return _SEALED + nonce + AESGCM(key).encrypt(nonce, plain, purpose.encode())


def unseal(keyring: Keyring, purpose: str, sealed: bytes) -> bytes:
    """What was sealed. Raises ValueError when no listed key opens it or it was changed."""
    nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] == _SEALED and len(nonce) == _NONCE_BYTES:
        for key in keyring.derive_all(f"seal/{purpose}"):
            try:
                return AESGCM(key).decrypt(nonce, text, purpose.encode())
            except InvalidTag:
                continue
    raise ValueError("No secret key of this installation opens this; was a key removed or the value changed?")
