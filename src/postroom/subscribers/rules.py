"""Pure rules about people: addresses, names, keys. No I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import idna

from postroom.subscribers.errors import InvalidEmail

MAX_EMAIL = 254
"""RFC 5321 §4.5.3.1.3 less the angle brackets, in octets."""
MAX_LOCAL = 64
"""RFC 5321 §4.5.3.1.1, in octets."""
MAX_FIELDS = 140
MAX_NAME = 255
MAX_VALUE = 10_000
"""Characters of one custom field value."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as typed (trimmed) and the key under which its owner is found."""

    email: str
    key: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a change happens: kind and id of the thing that caused it, who did it, through which door."""

    kind: str
    id: int | None = None
    actor: str = ""
    origin: str = ""


_PLAIN = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)"
)
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+")
_WORDS = {
    "empty": "The address is empty.",
    "no_at": "The address has no “@” or no domain.",
    "malformed": "The address is malformed.",
    "too_long": "The address is too long.",
}


def parse_email(email: str | None) -> Address:
    """The address and its key. Raises InvalidEmail; nothing is guessed or repaired but outer white space."""
    text = (email or "").strip(" \t\r\n\u00a0\ufeff")
    plain = _PLAIN.fullmatch(text)
    if plain and "--" not in text:  # "--" may stand in an A-label, which deserves the long look
        if len(text) > MAX_EMAIL or len(plain["local"]) > MAX_LOCAL:
            raise _invalid("too_long")
        return Address(text, text.lower())
    return Address(text, _key(text))


def email_key(email: str) -> str:
    """NFC, local part in simple lower case, domain as IDNA-2008 A-label. Dots and plus parts count.

    Raises InvalidEmail."""
    return parse_email(email).key


def _invalid(reason: str) -> InvalidEmail:
    return InvalidEmail(reason, _WORDS[reason])


def _key(text: str) -> str:
    if not text:
        raise _invalid("empty")
    local, at, domain = unicodedata.normalize("NFC", text).rpartition("@")
    if not at or not local or not domain:
        raise _invalid("no_at")
    local = unicodedata.normalize("NFC", "".join(_lower(letter) for letter in local))
    if not all(_ATOM.fullmatch(atom) for atom in local.split(".")) or not _is_printable(local):
        raise _invalid("malformed")
    host = _host(domain)
    if len(local.encode()) > MAX_LOCAL or len(f"{local}@{host}".encode()) > MAX_EMAIL:
        raise _invalid("too_long")
    return f"{local}@{host}"


def _lower(letter: str) -> str:
    # One character to one character: no casefold, and no final sigma that depends on its neighbours.
    return letter.lower()[0]


def _is_printable(text: str) -> bool:
    # U+FFFD stands where bytes were lost: no mailbox is meant by it.
    return not any(unicodedata.category(letter)[0] in "CZ" or letter == "\ufffd" for letter in text)


@lru_cache(maxsize=4096)
def _host(domain: str) -> str:
    if "." not in domain.replace("。", ".").replace("．", ".").strip("."):
        raise _invalid("no_at")
    try:
        host = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        too_long = "too long" in str(error).lower()
        raise _invalid("too_long" if too_long else "malformed") from None
    if host.endswith(".") or host.rpartition(".")[2].isdigit():
        raise _invalid("malformed")
    return host


def clean_text(value: object) -> str:
    """Text that PostgreSQL takes (no NUL, no lone surrogate), trimmed."""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


def field_key(label: str, taken: Iterable[str]) -> str:
    """Kit's key for a label: ASCII, lower case, underscores; a number is added while it is taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    key = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:200] or "field"
    used, n, found = set(taken), 2, key
    while found in used:
        found, n = f"{key}_{n}", n + 1
    return found
