"""What a mail server's answer means, and when to try again. Pure; tested by tables."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Class(StrEnum):
    """What an answer is about."""

    ACCEPTED = "accepted"
    INVALID = "invalid"
    """No such address: never again."""
    INACTIVE = "inactive"
    """The mailbox is disabled."""
    FULL = "full"
    """The mailbox is full."""
    CONTENT = "content"
    """The message or its sender's policy was refused; the address is not at fault."""
    IDENTITY = "identity"
    """SPF, DKIM or DMARC was missed: every further message will be refused too."""
    REPUTATION = "reputation"
    """The sending host or domain goes too fast or has a bad name; also where the code says 5xx."""
    PROTOCOL = "protocol"
    """DNS, routing, time-outs, syntax, a server in trouble."""
    EXPIRED = "expired"
    """It waited too long in a queue."""
    UNKNOWN = "unknown"
    """Nothing in it says more than its first digit."""


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    cls: Class


def _text(*pairs: tuple[str, Class]) -> tuple[_Rule, ...]:
    return tuple(_Rule(re.compile(pattern, re.IGNORECASE), cls) for pattern, cls in pairs)


# Words of one provider, or codes in a text, which say more than the enhanced code beside them.
_PROVIDER = _text(
    (r"\bS3150\b|\bS3140\b|\bTSS\d\d\b|\bRP-00\d\b|\bIPXX\b|\bCS01\b", Class.REPUTATION),
    (
        r"unusual rate|unsolicited mail originating from your (ip|spf|dkim)|rate that (prevents|exceeds)",
        Class.REPUTATION,
    ),
    (
        r"\bover ?quota|mailbox (is )?full|quota exceeded|insufficient storage|storage (space )?exceeded",
        Class.FULL,
    ),
    (
        r"spamhaus|spamcop|barracuda|\brbl\b|\bdnsbl\b|block ?list|black ?list|listed (at|by|in|on)",
        Class.REPUTATION,
    ),
    (
        r"too many (connections|messages|recipients|errors)|rate limit|throttl"
        r"|try again later.*(volume|rate)",
        Class.REPUTATION,
    ),
    (r"grey ?list|gray ?list", Class.PROTOCOL),
)

_ENHANCED: tuple[tuple[str, Class], ...] = (
    ("5.1.0", Class.INVALID),
    ("5.1.1", Class.INVALID),
    ("5.1.2", Class.INVALID),
    ("5.1.3", Class.INVALID),
    ("5.1.6", Class.INVALID),
    ("5.1.10", Class.INVALID),
    ("5.1.7", Class.CONTENT),
    ("5.1.8", Class.IDENTITY),
    ("5.2.1", Class.INACTIVE),
    ("5.7.13", Class.INACTIVE),
    ("5.2.2", Class.FULL),
    ("4.2.2", Class.FULL),
    ("5.2.3", Class.CONTENT),
    ("5.3.4", Class.CONTENT),
    ("5.4.4", Class.PROTOCOL),
    ("4.4.7", Class.EXPIRED),
    ("5.4.7", Class.EXPIRED),
    ("5.6.", Class.CONTENT),
    ("5.7.515", Class.IDENTITY),
    ("5.7.20", Class.IDENTITY),
    ("5.7.23", Class.IDENTITY),
    ("5.7.24", Class.IDENTITY),
    ("5.7.25", Class.IDENTITY),
    ("5.7.26", Class.IDENTITY),
    ("5.7.27", Class.IDENTITY),
    ("5.7.29", Class.IDENTITY),
    ("5.7.30", Class.IDENTITY),
    ("5.7.28", Class.REPUTATION),
    ("5.7.6", Class.REPUTATION),
    ("5.7.", Class.CONTENT),
    ("4.7.", Class.REPUTATION),
    ("4.4.", Class.PROTOCOL),
    ("4.3.", Class.PROTOCOL),
    ("5.3.", Class.PROTOCOL),
    ("5.4.", Class.PROTOCOL),
    ("5.5.", Class.PROTOCOL),
    ("4.5.", Class.PROTOCOL),
    ("4.2.1", Class.REPUTATION),
)

_WORDS = _text(
    (
        r"(user|recipient|mailbox|address|account).{0,40}"
        r"(unknown|not found|does ?n.t exist|not exist|invalid)",
        Class.INVALID,
    ),
    (r"(unknown|no such|invalid|nonexistent) (user|recipient|mailbox|address|local)", Class.INVALID),
    (r"(disabled|inactive|suspended|deactivated)", Class.INACTIVE),
    (r"\bdmarc\b|\bdkim\b|\bspf\b|unauthenticated|not authenticated", Class.IDENTITY),
    (r"\bspam\b|\bunsolicited\b|content|policy|virus|malware|\bphish", Class.CONTENT),
    (r"reputation|blocked|too fast|deferred due to user complaints", Class.REPUTATION),
    (r"relay(ing)? (access )?denied|not permitted to relay", Class.PROTOCOL),
)

_CODES: dict[int, Class] = {
    421: Class.REPUTATION,
    452: Class.FULL,
    552: Class.CONTENT,
    554: Class.CONTENT,
    550: Class.UNKNOWN,
}


def classify(code: int | None, enhanced: str | None = None, text: str = "") -> Class:
    """The class of an answer: a provider's own words, then the enhanced code, then the text, then the
    code."""
    if code is not None and 200 <= code < 300:
        return Class.ACCEPTED
    enhanced = enhanced or ""
    certain = enhanced in ("5.1.1", "5.1.10", "5.7.515", "5.7.26")
    if not certain:
        for rule in _PROVIDER:
            if rule.pattern.search(text):
                return rule.cls
    for prefix, cls in _ENHANCED:
        if enhanced == prefix or (prefix.endswith(".") and enhanced.startswith(prefix)):
            return cls
    for rule in _WORDS:
        if rule.pattern.search(text):
            # A 4xx that says "unknown" is a server that cannot look it up now, not a verdict about the
            # address.
            if rule.cls is Class.INVALID and code is not None and code < 500:
                return Class.PROTOCOL
            return rule.cls
    if code is None or code < 500:
        return _CODES.get(code or 0, Class.PROTOCOL)
    return _CODES.get(code, Class.UNKNOWN)


RELAY_RETRY_S = (60, 300, 900, 1_800, 3_600, 7_200, 14_400)
"""Seconds before each next try of a message that a relay deferred; the last one repeats."""

RELAY_LIFE_S = 48 * 3_600
"""A broadcast's message that was deferred for so long is given up."""

CONFIRMATION_LIFE_S = 24 * 3_600
"""The same for confirmations and other single mail."""


def retry_delay_s(attempt: int, jitter: float = 0.0) -> float:
    """Seconds to wait after attempt number `attempt` (from 1). `jitter` from -1 to 1 spreads by ±20 %."""
    step = RELAY_RETRY_S[min(max(attempt, 1), len(RELAY_RETRY_S)) - 1]
    return step * (1 + 0.2 * max(-1.0, min(1.0, jitter)))


def is_expired(age_s: float, mail_class: int) -> bool:
    """Whether a message that is still deferred after `age_s` seconds is given up; class 0 earlier than
    others.
    """
    return age_s >= (CONFIRMATION_LIFE_S if mail_class == 0 else RELAY_LIFE_S)


MOVES: dict[str, frozenset[str]] = {
    "planned": frozenset({"intent", "excluded", "cancelled"}),
    "intent": frozenset({"planned", "accepted", "deferred", "refused", "uncertain"}),
    "deferred": frozenset({"intent", "excluded", "cancelled", "refused"}),
    "uncertain": frozenset({"planned", "accepted"}),
    "accepted": frozenset({"refused"}),
    "refused": frozenset({"planned"}),
    "excluded": frozenset(),
    "cancelled": frozenset(),
}
"""Which state of a delivery may follow which. An accepted one is refused when a bounce arrives later; an
uncertain or refused one is planned anew when somebody says so."""


def may_move(before: str, after: str) -> bool:
    """Whether a delivery may go from one state to another. Raises KeyError for a state that does not
    exist."""
    return after in MOVES[before]


# What the system says, in words; anything else is passed on as it is.
_SYSTEM_WORDS = {
    "connect call failed": "nothing answers there",
    "connection refused": "nothing answers there",
    "name or service not known": "there is no such host",
    "nodename nor servname": "there is no such host",
    "no address associated": "there is no such host",
    "temporary failure in name resolution": "the host's name cannot be looked up now",
    "network is unreachable": "the network cannot be reached",
    "no route to host": "there is no way to that host",
    "certificate verify failed": "its certificate is not for this host, or nobody known has signed it",
    "wrong version number": "it does not speak TLS on this port",
}


def in_words(text: str) -> str:
    """What the system or a server said, in words where they are known."""
    text = " ".join(text.split()).rstrip(".")[:300] or "it did not answer"
    return next((words for said, words in _SYSTEM_WORDS.items() if said in text.lower()), text)
