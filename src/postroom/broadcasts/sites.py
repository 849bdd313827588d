"""Receiving sites: which domains one house serves, and what its answers ask of us. Pure."""

from __future__ import annotations

from postroom.sending.rules import Class, classify

_HOUSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "gmail.com": ("Gmail", ("gmail.com", "googlemail.com")),
    "outlook.com": (
        "Outlook, Hotmail, Live",
        (
            "outlook.com", "outlook.de", "outlook.fr", "outlook.es", "outlook.pt", "hotmail.com",
            "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.es", "hotmail.it", "live.com", "live.co.uk",
            "live.fr", "live.nl", "msn.com", "windowslive.com", "passport.com",
        ),
    ),
    "yahoo.com": (
        "Yahoo, AOL",
        (
            "yahoo.com", "yahoo.co.uk", "yahoo.co.in", "yahoo.fr", "yahoo.de", "yahoo.es", "yahoo.it",
            "yahoo.ca", "yahoo.com.br", "yahoo.com.au", "ymail.com", "rocketmail.com", "aol.com", "aol.co.uk",
            "aim.com",
        ),
    ),
    "icloud.com": ("iCloud, Me, Mac", ("icloud.com", "me.com", "mac.com")),
    "proton.me": ("Proton", ("proton.me", "protonmail.com", "protonmail.ch", "pm.me")),
    "gmx.net": ("GMX", ("gmx.net", "gmx.de", "gmx.com", "gmx.at", "gmx.ch", "gmx.co.uk", "mail.com")),
    "fastmail.com": ("Fastmail", ("fastmail.com", "fastmail.fm")),
    "yandex.ru": ("Yandex", ("yandex.ru", "yandex.com", "ya.ru")),
    "mail.ru": ("Mail.ru", ("mail.ru", "inbox.ru", "list.ru", "bk.ru")),
}  # fmt: skip
SITE_OF = {domain: site for site, (_, domains) in _HOUSES.items() for domain in domains}
"""The site of each domain that shares one with others; any other domain is its own."""

_SAID: dict[Class, tuple[str, str]] = {
    Class.REPUTATION: ("slower", "blocked"),
    Class.PROTOCOL: ("later", "trouble"),
    Class.FULL: ("full", "full"),
    Class.INVALID: ("later", "no_address"),
    Class.INACTIVE: ("later", "no_address"),
    Class.CONTENT: ("later", "filters"),
    Class.IDENTITY: ("identity", "identity"),
    Class.EXPIRED: ("expired", "expired"),
    Class.UNKNOWN: ("later", "refused"),
}


def name_of(site: str) -> str:
    """Whose site it is, in words; empty when its name says it."""
    return _HOUSES[site][0] if site in _HOUSES else ""


def said(code: int | None, enhanced: str | None, text: str) -> str:
    """What an answer that was no plain yes asks of us, by one word.

    `slower` (sends at a lower pace), `later` (tried again by itself), `full` (mailboxes), `no_address`,
    `filters` (the letter was refused), `identity` (SPF, DKIM or DMARC is missing), `blocked` (our address has
    a bad name), `expired`, `trouble` (their server), `refused`."""
    temporary, final = _SAID.get(classify(code, enhanced, text), ("later", "refused"))
    return final if (code or 0) >= 500 else temporary
