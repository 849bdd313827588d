"""Sealed values open with any listed key, for their purpose only, and never when touched."""

import pytest

from postroom.lib.signing import Keyring, seal, unseal

OLD, NEW = b"o" * 32, b"n" * 32


def test_a_value_comes_back_and_every_seal_looks_different():
    keys = Keyring([NEW])
    one, two = seal(keys, "a", b"text"), seal(keys, "a", b"text")
    assert one != two
    assert b"text" not in one
    assert unseal(keys, "a", one) == unseal(keys, "a", two) == b"text"


def test_an_older_key_still_opens_and_the_newest_seals():
    sealed = seal(Keyring([OLD]), "a", b"text")
    assert unseal(Keyring([NEW, OLD]), "a", sealed) == b"text"
    fresh = seal(Keyring([NEW, OLD]), "a", b"text")
    assert unseal(Keyring([NEW]), "a", fresh) == b"text"


@pytest.mark.parametrize("position", [0, 5, 13, -1])
def test_one_changed_byte_opens_nothing(position):
    sealed = bytearray(seal(Keyring([NEW]), "a", b"text"))
    sealed[position] ^= 1
    with pytest.raises(ValueError, match="secret key"):
        unseal(Keyring([NEW]), "a", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"x" * 12, b"plain text"])
def test_what_was_never_sealed_opens_nothing(sealed):
    with pytest.raises(ValueError):
        unseal(Keyring([NEW]), "a", sealed)


def test_another_purpose_or_key_opens_nothing():
    sealed = seal(Keyring([NEW]), "a", b"text")
    for keys, purpose in ((Keyring([NEW]), "b"), (Keyring([OLD]), "a")):
        with pytest.raises(ValueError):
            unseal(keys, purpose, sealed)
