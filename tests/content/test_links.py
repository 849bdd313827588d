"""Tokens open their own door with their own key, and nothing else."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postroom.content import links
from postroom.content.links import MessageRef
from postroom.lib.signing import Keyring

OLD, NEW = b"o" * 32, b"n" * 32
RING = Keyring([OLD])
numbers = st.integers(0, 2**53 - 1)
refs = st.builds(
    MessageRef,
    numbers,
    numbers,
    st.integers(0, 60_000),
    st.integers(-(2**53), 2**53 - 1),
    st.integers(0, 2**31),
)
URL = "https://example.com/a?b=c&d=é"
REF = MessageRef(3, 77, 20_000, -5, 1)


def click_parts(ring: Keyring, url: str = URL) -> tuple[str, str]:
    _, door, token, destination = links.sign_click(ring, REF, 4, url).split("/")
    assert door == "c"
    return token, destination


@given(refs, st.integers(0, 5_000))
def test_everything_signed_is_read_back(ref: MessageRef, no: int) -> None:
    _, _, token, destination = links.sign_click(RING, ref, no, URL).split("/")
    assert links.read_click(RING, token, destination) == links.Click(ref, no, URL)
    assert links.read_open(RING, links.sign_open(RING, ref)[3:]) == ref
    assert links.read_unsubscribe(RING, links.sign_unsubscribe(RING, ref, no)[3:]) == links.Unsubscribe(
        ref, no
    )


def test_confirmations_and_preferences() -> None:
    token = links.sign_confirm(RING, account_id=3, subscriber_id=9, form_id=2, issued_at=1_700_000_000)
    assert links.read_confirm(RING, token) == links.Confirmation(3, 9, 2, 1_700_000_000)
    mine = links.sign_preferences(RING, account_id=3, subscriber_id=9)
    assert links.read_preferences(RING, mine) == links.Preference(3, 9)


def test_no_token_opens_another_door() -> None:
    token, destination = click_parts(RING)
    leave = links.sign_unsubscribe(RING, REF)[3:]
    seen = links.sign_open(RING, REF)[3:]
    mine = links.sign_preferences(RING, account_id=3, subscriber_id=9)
    yes = links.sign_confirm(RING, account_id=3, subscriber_id=9, form_id=2, issued_at=1)
    readers = [links.read_open, links.read_unsubscribe, links.read_confirm, links.read_preferences]
    for door, good in zip(readers, [seen, leave, yes, mine], strict=True):
        assert door(RING, good) is not None
        for other in {token, leave, seen, mine, yes} - {good}:
            assert door(RING, other) is None
    for other in (leave, seen, mine, yes):
        assert links.read_click(RING, other, destination) is None


def test_any_changed_character_is_noticed() -> None:
    token, destination = click_parts(RING)
    alphabet = string.ascii_letters + string.digits + "-_"
    for at in range(len(token)):
        for other in alphabet[::7]:
            changed = token[:at] + other + token[at + 1 :]
            read = links.read_click(RING, changed, destination)
            # The last character may carry bits that mean nothing; such a token says exactly the same.
            assert read is None or read == links.read_click(RING, token, destination)
    for at in range(len(destination) - 1):
        other = "A" if destination[at] != "A" else "B"
        assert links.read_click(RING, token, destination[:at] + other + destination[at + 1 :]) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/x",
        "ftp://x",
        "https://",
        "https://x\r\nA: b",
        "http://a b",
        "https:\\\\x",
    ],
)
def test_even_a_signed_destination_must_be_the_web(url: str) -> None:
    token, destination = click_parts(RING, url)
    assert links.read_click(RING, token, destination) is None


@given(st.text(max_size=300), st.text(max_size=300))
def test_nonsense_is_refused_quietly(token: str, destination: str) -> None:
    assert links.read_click(RING, token, destination) is None
    assert links.read_open(RING, token) is None
    assert links.read_unsubscribe(RING, token) is None


def test_a_rotated_key_still_reads_and_a_removed_one_does_not() -> None:
    token, destination = click_parts(RING)
    assert links.read_click(Keyring([NEW, OLD]), token, destination) is not None
    assert links.read_click(Keyring([NEW]), token, destination) is None
    renewed, _ = click_parts(Keyring([NEW, OLD]))
    assert links.read_click(Keyring([NEW]), renewed, destination) is not None
    assert links.read_click(RING, renewed, destination) is None


def test_links_stay_short() -> None:
    token, _ = click_parts(RING)
    assert len(token) <= 40
