"""Freeze a letter: from then on it says exactly this."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

from django.db import transaction

from postroom.content.models import ContentVersion
from postroom.lib import signing
from postroom.lib.signing import Keyring
from postroom.settings import load

_SEAL = "raw-letter"


def freeze(
    *,
    account_id: int,
    kind: str,
    subject: str,
    preview_text: str,
    body: dict[str, Any],
    from_name: str,
    from_email: str,
    reply_to: str,
    footer: bool,
    tracked: bool,
) -> ContentVersion:
    """The immutable version of this content; the same content gives the same row. `kind`: document, html,
    raw.

    A raw body is stored sealed: mails of the house carry links that sign in, reset or invite. Each is a row
    of its own, which can be deleted once its mail has left without another mail needing it."""
    columns: dict[str, Any] = {
        "kind": kind,
        "subject": subject,
        "preview_text": preview_text,
        "body": body,
        "from_name": from_name,
        "from_email": from_email,
        "reply_to": reply_to,
        "footer": footer,
        "tracked": tracked,
    }
    digest = hashlib.sha256(json.dumps(columns, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    if kind == "raw":
        digest = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        columns["body"] = _seal(body)
    version, _ = ContentVersion.objects.get_or_create(account_id=account_id, hash=digest, defaults=columns)
    return version


def open_raw(body: dict[str, Any], keyring: Keyring) -> dict[str, Any]:
    """The stored body of a raw version in clear: {"text": …, "html": …}. Raises ValueError when no key fits.

    One that was stored in clear passes unchanged."""
    if "sealed" not in body:
        return body
    found = json.loads(signing.unseal(keyring, _SEAL, base64.b64decode(body["sealed"])))
    return dict(found)


@transaction.atomic
def reseal() -> int:
    """Seal every raw body anew with the newest installation key. Answers how many. Raises ValueError."""
    keyring, done = Keyring(load().secret_keys()), 0
    for version in ContentVersion.objects.filter(kind="raw").only("id", "body").iterator():
        version.body = _seal(open_raw(version.body, keyring))
        version.save(update_fields=["body"])
        done += 1
    return done


def _seal(body: dict[str, Any]) -> dict[str, str]:
    sealed = signing.seal(Keyring(load().secret_keys()), _SEAL, json.dumps(body).encode())
    return {"sealed": base64.b64encode(sealed).decode()}
