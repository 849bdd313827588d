"""Text to bytes of a message: quoted-printable (RFC 2045 §6.7), encoded words (RFC 2047), addresses.

Nothing that comes in can become a header of its own or a bare CR or LF: control characters are removed first.
"""

from __future__ import annotations

import binascii
import re
from datetime import datetime
from email.utils import format_datetime

import idna

MAX_LINE = 76

_UNCLEAN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LATE_SPACE = re.compile(rb"^(.{74,75})(=20|=09)$", re.MULTILINE)
_BREAKS = re.compile(r"\r\n?|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*\Z")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a0-\U0010ffff-]+(\.[^.]+)*\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\Z")
_SPECIAL = re.compile(r'[\s<>()\[\]\\,;:@"]')


class BadAddress(ValueError):
    """An address that cannot stand in a header or on an SMTP command line."""


def clean(text: str) -> str:
    """`text` without control characters (but tab and newline), lone surrogates and noncharacters.

    It works character by character: cleaning a text is the same as cleaning its pieces.
    """
    return _UNCLEAN.sub("", text) if _UNCLEAN.search(text) else text


def normalise(text: str) -> str:
    """`clean`, with every kind of line end made a single newline first."""
    return clean(_BREAKS.sub("\n", text))


def encode_qp(text: str) -> bytes:
    """Quoted-printable with CRLF: lines of at most 76, none begins with a dot, none ends in a space."""
    coded = binascii.b2a_qp(text.encode(), quotetabs=False, istext=True)
    # The library codes a space at a line's end without counting it.
    coded = _LATE_SPACE.sub(rb"\1=\n\2", coded)
    while coded.startswith(b".") or b"\n." in coded:
        # A soft break after the coded dot keeps the line's length within the limit.
        coded = re.sub(rb"^\.", b"=2E=\n", coded, flags=re.MULTILINE)
    return coded.replace(b"\n", b"\r\n")


def encode_slot(text: str) -> bytes:
    """The same for a value that begins at column 0 and is followed by a soft line break."""
    if len(text) < MAX_LINE and text.isascii() and text.isprintable() and "=" not in text and text[:1] != ".":
        return text.encode()
    return leave_room(encode_qp(clean(text)))


def leave_room(coded: bytes) -> bytes:
    """Coded text whose last line can take the `=` of a soft break."""
    if len(coded) - coded.rfind(b"\n") - 1 < MAX_LINE:
        return coded
    # A coded byte "=XX" must stay whole: break before it when it ends the line.
    cut = 3 if coded[-3:-2] == b"=" else 1
    return coded[:-cut] + b"=\r\n" + coded[-cut:]


def one_line(text: str) -> str:
    """`text` fit for a header: cleaned, all white space made single spaces."""
    return _SPACES.sub(" ", clean(text)).strip()


def encode_header(name: str, text: str) -> bytes:
    """A whole header line with its CRLF; RFC 2047 words where `text` is not plain ASCII or too long to stay
    whole.
    """
    text = one_line(text)
    room = MAX_LINE - len(name) - 2
    if text.isascii() and "=?" not in text:
        if len(text) <= room:
            return f"{name}: {text}\r\n".encode()
        folded = _fold(text, room)
        if folded is not None:
            return f"{name}: {folded}\r\n".encode()
    return f"{name}: ".encode() + encode_words(text, room) + b"\r\n"


def encode_words(text: str, room: int) -> bytes:
    """`text` as base64 encoded words, folded; the first may take `room` bytes."""
    words: list[bytes] = []
    chunk, limit = b"", _word_bytes(room)
    for char in text:
        raw = char.encode()
        if len(chunk) + len(raw) > limit:
            words.append(chunk)
            chunk, limit = b"", _word_bytes(MAX_LINE - 1)
        chunk += raw
    words.append(chunk)
    return b"\r\n ".join(b"=?utf-8?b?" + binascii.b2a_base64(word, newline=False) + b"?=" for word in words)


def encode_mailbox(name: str, display: str, email: str) -> bytes:
    """A header with one mailbox. Raises BadAddress."""
    address = wire_address(email)
    display = one_line(display)
    if not display:
        return f"{name}: {address}\r\n".encode()
    room = MAX_LINE - len(name) - 2
    if not display.isascii() or "=?" in display or len(display) > room - 2:
        shown = encode_words(display, room)
    elif _PLAIN_NAME.match(display):
        shown = display.encode()
    else:
        escaped = display.replace("\\", "\\\\").replace('"', '\\"')
        shown = f'"{escaped}"'.encode()
    gap = b" " if len(name) + len(shown) + len(address) + 5 <= MAX_LINE and b"\r\n" not in shown else b"\r\n "
    return name.encode() + b": " + shown + gap + f"<{address}>\r\n".encode()


def wire_address(email: str) -> str:
    """The address as it is spoken on the wire: the domain in A-labels. Raises BadAddress."""
    local, at, domain = email.rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            raise BadAddress(f"The domain of {email!r} does not exist as a mail domain.") from None
    if (
        not at
        or len(email) > 320
        or not _LOCAL.match(local)
        or _SPECIAL.search(local)
        or _UNCLEAN.search(local)
        or not _DOMAIN.match(domain)
    ):
        raise BadAddress(f"{email!r} is not an address that mail can be sent to.")
    return f"{local}@{domain}"


def format_date(at: datetime) -> bytes:
    """An aware instant as RFC 5322 writes it."""
    return format_datetime(at).encode()


def _word_bytes(room: int) -> int:
    return max(6, (min(room, 75) - 12) // 4 * 3)


def _fold(text: str, room: int) -> str | None:
    """The text folded at its spaces, or None when one of its words is too long for a line."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        limit = room if not lines else MAX_LINE - 1
        if len(word) > min(limit, MAX_LINE - 1):
            return None
        if line and len(line) + 1 + len(word) > limit:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\r\n ".join([*lines, line])
