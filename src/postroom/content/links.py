"""Signed tokens: click, open, unsubscribe, preferences and confirmation links.

A click's path carries its own destination; one signature covers destination, message and recipient. Whoever
verifies needs the keyring and nothing else: no look-up, no state, no database, and no way to be an open
redirect.

Token = base64url(version, key id, numbers as varints, 10 bytes of keyed BLAKE2b), without padding. Each
purpose signs with a key of its own. Numbers may be negative (recipients who are no subscribers); they are
zigzag-coded.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from postroom.lib.signing import MAC_BYTES, Keyring

VERSION = 1
MAX_TOKEN_CHARS = 200
MAX_DESTINATION_CHARS = 8_000

CLICK, OPEN, UNSUBSCRIBE = "link.click", "link.open", "link.unsubscribe"
CONFIRM, PREFERENCES = "link.confirm", "link.preferences"

SCOPE_ALL = 0
"""Unsubscribe from everything of the account; other scopes are numbers that the rooms above give a meaning.
Unsubscribe from everything of the account; other scopes are numbers that the rooms above give a meaning.
"""

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+\Z")
_HTTP = re.compile(r"https?://[^/\s]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Which ledger row a token speaks of. `send_day` counts days since 1970-01-01; `recipient_id` may be
    negative.
    """

    account_id: int
    send_id: int
    send_day: int
    recipient_id: int
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Click:
    """A verified click: the message, the link's number within its letter, the destination."""

    message: MessageRef
    link_no: int
    url: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """A verified unsubscribe token. It never expires."""

    message: MessageRef
    scope: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A verified confirmation token. `issued_at` is in seconds since 1970; the caller decides what is too
    old.
    """

    account_id: int
    subscriber_id: int
    form_id: int
    issued_at: int


@dataclass(frozen=True, slots=True)
class Preference:
    """A verified preferences token: who may see and change their own record."""

    account_id: int
    subscriber_id: int


class LinkSigner:
    """Signs all links of one send. Made once per letter; a link costs about 1.5 µs."""

    def __init__(self, keyring: Keyring, account_id: int, send_id: int, send_day: int) -> None:
        self._head = bytes((VERSION, keyring.key_id)) + _pack((account_id, send_id, send_day))
        self._click = keyring.start(CLICK)
        self._open = keyring.start(OPEN)
        self._unsubscribe = keyring.start(UNSUBSCRIBE)

    def start(self, recipient_id: int, nth: int) -> bytes:
        """The part of a token that is the same for every link of one message."""
        return self._head + _pack((recipient_id, nth))

    def click(self, start: bytes, link: bytes, url: bytes) -> bytes:
        """The token for link number `link` (from `pack_number`) that leads to `url` (UTF-8)."""
        payload = start + link
        state = self._click.copy()
        state.update(payload + b"\0" + url)
        token = binascii.b2a_base64(payload + state.digest(), newline=False)
        return token.translate(_TO_URL).rstrip(b"=")

    def open(self, start: bytes) -> bytes:
        """The token of the open pixel."""
        return _seal(self._open.copy(), start)

    def unsubscribe(self, start: bytes, scope: int = SCOPE_ALL) -> bytes:
        """The token of the unsubscribe link."""
        return _seal(self._unsubscribe.copy(), start + _pack((scope,)))


def sign_click(keyring: Keyring, ref: MessageRef, link_no: int, url: str) -> str:
    """The path `/c/<token>/<destination>` for one link."""
    signer = LinkSigner(keyring, ref.account_id, ref.send_id, ref.send_day)
    raw = url.encode()
    token = signer.click(signer.start(ref.recipient_id, ref.nth), pack_number(link_no), raw)
    return f"/c/{token.decode()}/{encode_destination(raw).decode()}"


def sign_open(keyring: Keyring, ref: MessageRef) -> str:
    """The path `/o/<token>` of the open pixel."""
    signer = LinkSigner(keyring, ref.account_id, ref.send_id, ref.send_day)
    return f"/o/{signer.open(signer.start(ref.recipient_id, ref.nth)).decode()}"


def sign_unsubscribe(keyring: Keyring, ref: MessageRef, scope: int = SCOPE_ALL) -> str:
    """The path `/u/<token>`."""
    signer = LinkSigner(keyring, ref.account_id, ref.send_id, ref.send_day)
    return f"/u/{signer.unsubscribe(signer.start(ref.recipient_id, ref.nth), scope).decode()}"


def sign_confirm(
    keyring: Keyring, *, account_id: int, subscriber_id: int, form_id: int, issued_at: int
) -> str:
    """A bare token (the door owns the path) that confirms a subscription; `issued_at` in seconds since 1970.
    A bare token (the door owns the path) that confirms a subscription; `issued_at` in seconds since 1970.
    """
    return _sign(keyring, CONFIRM, (account_id, subscriber_id, form_id, issued_at))


def sign_preferences(keyring: Keyring, *, account_id: int, subscriber_id: int) -> str:
    """A bare token that opens a subscriber's own preferences."""
    return _sign(keyring, PREFERENCES, (account_id, subscriber_id))


def read_click(keyring: Keyring, token: str, destination: str) -> Click | None:
    """What a click path says, or None when it is malformed, not ours, or leads to anything but http(s)."""
    raw = _decode(destination, MAX_DESTINATION_CHARS)
    if raw is None:
        return None
    numbers = _read(keyring, CLICK, token, 6, b"\0" + raw)
    if numbers is None:
        return None
    try:
        url = raw.decode()
    except UnicodeDecodeError:
        return None
    if not is_http(url):
        return None
    return Click(MessageRef(*numbers[:5]), numbers[5], url)


def read_open(keyring: Keyring, token: str) -> MessageRef | None:
    """The message an open pixel belongs to, or None when the token is not ours."""
    numbers = _read(keyring, OPEN, token, 5)
    return MessageRef(*numbers) if numbers else None


def read_unsubscribe(keyring: Keyring, token: str) -> Unsubscribe | None:
    """The message and scope of an unsubscribe token, or None when it is not ours."""
    numbers = _read(keyring, UNSUBSCRIBE, token, 6)
    return Unsubscribe(MessageRef(*numbers[:5]), numbers[5]) if numbers else None


def read_confirm(keyring: Keyring, token: str) -> Confirmation | None:
    """The content of a confirmation token, or None when it is not ours."""
    numbers = _read(keyring, CONFIRM, token, 4)
    return Confirmation(*numbers) if numbers else None


def read_preferences(keyring: Keyring, token: str) -> Preference | None:
    """The content of a preferences token, or None when it is not ours."""
    numbers = _read(keyring, PREFERENCES, token, 2)
    return Preference(*numbers) if numbers else None


def is_http(url: str) -> bool:
    """Whether a redirect to `url` is one we may answer: http or https with a host, no control character or
    space.
    """
    return bool(_HTTP.match(url)) and url.isprintable() and " " not in url and "\\" not in url


def encode_destination(url: bytes) -> bytes:
    """The last part of a click path."""
    return binascii.b2a_base64(url, newline=False).translate(_TO_URL).rstrip(b"=")


def pack_number(number: int) -> bytes:
    """A whole number as zigzag varint: 1 byte up to 63, never more than 10."""
    rest = number * 2 if number >= 0 else -number * 2 - 1
    out = bytearray()
    while rest > 127:
        out.append(rest & 127 | 128)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def _pack(numbers: Sequence[int]) -> bytes:
    return b"".join(map(pack_number, numbers))


def _unpack(data: bytes) -> list[int]:
    numbers, rest, shift = [], 0, 0
    for byte in data:
        rest |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(rest >> 1 if rest & 1 == 0 else -(rest >> 1) - 1)
            rest, shift = 0, 0
    return numbers


def _seal(state: object, payload: bytes) -> bytes:
    state.update(payload)  # type: ignore[attr-defined]
    mac = state.digest()  # type: ignore[attr-defined]
    return encode_destination(payload + mac)


def _sign(keyring: Keyring, purpose: str, numbers: Sequence[int]) -> str:
    payload = bytes((VERSION, keyring.key_id)) + _pack(numbers)
    return encode_destination(payload + keyring.mac(purpose, payload)).decode()


def _read(keyring: Keyring, purpose: str, token: str, count: int, more: bytes = b"") -> list[int] | None:
    raw = _decode(token, MAX_TOKEN_CHARS)
    if raw is None or len(raw) <= MAC_BYTES + 2 or raw[0] != VERSION:
        return None
    payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    if not keyring.verify(purpose, payload + more, mac, raw[1]):
        return None
    numbers = _unpack(payload[2:])
    return numbers if len(numbers) == count else None


def _decode(text: str, limit: int) -> bytes | None:
    if not text or len(text) > limit or not _ALPHABET.match(text) or len(text) % 4 == 1:
        return None
    return binascii.a2b_base64(text.encode().translate(_FROM_URL) + b"=" * (-len(text) % 4))
