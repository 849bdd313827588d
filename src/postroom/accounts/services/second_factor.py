"""What second factors keep in the database (keys of apps, seeds of recovery codes), sealed."""

from __future__ import annotations

from django.db import transaction

from postroom.accounts.services import keys
from postroom.lib import signing

_SEAL = "second-factor"


def seal_factor(text: str) -> str:
    """Sealed with the installation key, as hex."""
    return signing.seal(keys.keyring(), _SEAL, text.encode()).hex()


def open_factor(sealed: str) -> str:
    """The counterpart of `seal_factor`. Raises ValueError when no listed key opens it."""
    return signing.unseal(keys.keyring(), _SEAL, bytes.fromhex(sealed)).decode()


@transaction.atomic
def reseal_factors() -> int:
    """Seal every user's second factors anew with the newest installation key. Answers how many."""
    from allauth.mfa.models import Authenticator

    fields = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
    done = 0
    for row in Authenticator.objects.select_for_update().filter(type__in=fields):
        field = fields[row.type]
        row.data[field] = seal_factor(open_factor(row.data[field]))
        row.save(update_fields=["data"])
        done += 1
    return done
