"""Freeze a letter: from then on it says exactly this."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from postroom.content.models import ContentVersion


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
    raw."""
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
    version, _ = ContentVersion.objects.get_or_create(account_id=account_id, hash=digest, defaults=columns)
    return version
