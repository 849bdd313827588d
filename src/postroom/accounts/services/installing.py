"""The one row about the installation: the first run, the relay chosen on the screens."""

from __future__ import annotations

from django.db import transaction

from postroom.accounts.errors import WrongSetupCode
from postroom.accounts.models import Account, Installation, User
from postroom.accounts.rules import Relay, hash_setup_code, new_setup_code
from postroom.accounts.services import keys
from postroom.accounts.services.second_factor import reseal_factors
from postroom.lib import clock, signing
from postroom.settings import load

STEPS = ("you", "letter", "sending", "people", "ready")
_SEAL = "smtp-url"  # the sender opens it under the same name


def installation() -> Installation:
    """The row, made on first use."""
    found, _ = Installation.objects.get_or_create(id=1)
    return found


def is_first_run() -> bool:
    """Whether nobody can sign in yet, or the one who installs has not finished the five steps."""
    if not User.objects.exists():
        return True
    row = Installation.objects.filter(id=1).first()
    return row is not None and row.first_run_done_at is None and row.first_run_step != "you"


def move_first_run(*, step: str) -> None:
    """Remember the step that comes next."""
    Installation.objects.update_or_create(id=1, defaults={"first_run_step": step})


def finish_first_run() -> None:
    """The five steps are done."""
    Installation.objects.update_or_create(
        id=1, defaults={"first_run_step": "ready", "first_run_done_at": clock.now()}
    )


def make_setup_code() -> str | None:
    """A fresh code for the first run; the one before it opens nothing any more. None once users exist."""
    if User.objects.exists():
        return None
    code = new_setup_code()
    Installation.objects.update_or_create(id=1, defaults={"setup_code_hash": hash_setup_code(code)})
    return code


def use_setup_code(*, code: str) -> None:
    """Take the code, which is then used up (with the caller's transaction). Raises WrongSetupCode."""
    taken = Installation.objects.filter(id=1, setup_code_hash=hash_setup_code(code)).update(
        setup_code_hash=None
    )
    if not taken:
        raise WrongSetupCode(
            "That is not the code. Take the one that the console printed last; “postroom setup-code”, run on"
            " the server, prints a new one.",
            field="setup_code",
        )


def was_demo_filled() -> bool:
    """Whether the demo was made here before."""
    return Installation.objects.filter(id=1, demo_filled_at__isnull=False).exists()


def mark_demo_filled() -> None:
    """Remember that the demo was made, so that it stays away once it is removed."""
    Installation.objects.update_or_create(id=1, defaults={"demo_filled_at": clock.now()})


def save_relay(*, relay: Relay | None) -> None:
    """Keep the SMTP server chosen on the screens, sealed; None goes back to the test inbox."""
    sealed = signing.seal(keys.keyring(), _SEAL, relay.url.encode()) if relay else None
    Installation.objects.update_or_create(id=1, defaults={"smtp_url_sealed": sealed})


def saved_relay() -> Relay | None:
    """The SMTP server in force: the setting's, else the one chosen on the screens, else None (test inbox).

    Raises ValueError when the saved one cannot be opened."""
    if url := load().smtp_url:
        return Relay.of_url(url)
    sealed = Installation.objects.filter(id=1).values_list("smtp_url_sealed", flat=True).first()
    if not sealed:
        return None
    return Relay.of_url(signing.unseal(keys.keyring(), _SEAL, bytes(sealed)).decode())


@transaction.atomic
def reseal() -> int:
    """Seal every stored secret anew with the newest installation key. Answers how many.

    A replaced API secret in its grace is known by hash only: it stays valid while the older key is listed."""
    done = reseal_factors()
    for account in Account.objects.select_for_update().only("id", "api_secret_sealed"):
        secret = keys.reveal_secret(account_id=account.pk)
        columns = keys.columns_of(keys.KeyPair("", secret))
        Account.objects.filter(id=account.pk).update(
            api_secret_hash=columns["api_secret_hash"], api_secret_sealed=columns["api_secret_sealed"]
        )
        done += 1
    row = Installation.objects.select_for_update().filter(id=1).first()
    if row and row.smtp_url_sealed:
        plain = signing.unseal(keys.keyring(), _SEAL, bytes(row.smtp_url_sealed))
        row.smtp_url_sealed = signing.seal(keys.keyring(), _SEAL, plain)
        row.save(update_fields=["smtp_url_sealed"])
        done += 1
    keys.tell_changed()
    return done
