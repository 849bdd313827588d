"""Where mail goes: the relay of the settings or of the screens, else the test inbox."""

from __future__ import annotations

from typing import Literal

from postroom.accounts.models import Account, Installation
from postroom.lib import signing
from postroom.settings import load

Way = Literal["smtp", "inbox"]


def relay_url() -> str | None:
    """The SMTP server that mail leaves by: the setting wins over the one chosen on the screens.

    None when there is none, or when the one chosen cannot be read (its key is gone)."""
    settings = load()
    if settings.smtp_url:
        return settings.smtp_url
    sealed = _sealed()
    if sealed is None:
        return None
    try:
        return unseal(sealed)
    except ValueError:
        return None


def unseal(sealed: bytes) -> str:
    """The relay's URL from its sealed form. Raises ValueError when no key of the installation opens it."""
    return signing.unseal(signing.Keyring(load().secret_keys()), "smtp-url", sealed).decode()


def way_of(account: Account) -> Way | None:
    """How mail of an account leaves now; None when it once left by SMTP and no server is set any more."""
    if account.is_demo:
        return "inbox"
    if relay_url():
        return "smtp"
    # A server that was chosen and cannot be read is no reason to rehearse what was meant for people.
    return None if account.sent_by_smtp_at or _sealed() is not None else "inbox"


def _sealed() -> bytes | None:
    sealed = Installation.objects.values_list("smtp_url_sealed", flat=True).first()
    return bytes(sealed) if sealed else None
