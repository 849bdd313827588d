"""From a frozen version to the compiler's letter: rendered parts, sender, footer, tracking."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from postroom.content.document import DocumentInvalid
from postroom.content.render import render_letter
from postroom.sending.compile import Letter, LetterFault

EPOCH = date(1970, 1, 1)


def compose(
    version: Mapping[str, Any],
    *,
    account_id: int,
    send_id: int,
    send_day: int,
    kind: str,
    edge_url: str,
    public_url: str,
    fallback_from: str,
    aliases: Mapping[str, str],
) -> Letter:
    """The letter of one send. `version` has the columns of `content_version`, `account_name` and
    `postal_address`.

    `kind` is the send's: broadcasts and sequences are bulk mail with the headers of it, everything else is
    an answer to somebody.
    Raises LetterFault, also for a document that this version cannot read."""
    text, html = _parts(version, public_url)
    from_email = version["from_email"] or fallback_from
    is_raw = version["kind"] == "raw"
    tracked = version["tracked"] and not is_raw
    return Letter(
        account_id=account_id,
        send_id=send_id,
        send_day=send_day,
        subject=version["subject"],
        text=text,
        html=html,
        from_email=from_email,
        from_name=version["from_name"] or version["account_name"],
        reply_to=version["reply_to"],
        list_name=version["account_name"],
        edge_url=edge_url,
        public_url=public_url,
        domain=from_email.rpartition("@")[2],
        kind=kind,
        bulk=kind in ("broadcast", "sequence"),
        track_clicks=tracked,
        track_opens=tracked,
        is_plain=is_raw,
        variables={"account": {"name": version["account_name"], "address": version["postal_address"]}},
        aliases=aliases,
    )


def _parts(version: Mapping[str, Any], base_url: str) -> tuple[str, str | None]:
    body = version["body"]
    if version["kind"] == "raw":
        return body["text"], body.get("html")
    try:
        rendered = render_letter(
            version["kind"],
            body,
            preview_text=version["preview_text"],
            footer=version["footer"],
            postal_address=version["postal_address"],
            base_url=base_url,
        )
    except DocumentInvalid as error:
        raise LetterFault("html", f"{error.message} {error.help}") from error
    return rendered.text, rendered.html


def read_fields(found: Mapping[str, list[Any]]) -> tuple[dict[str, str], dict[str, str]]:
    """From field id → [key, former keys]: id → key, and former key → key."""
    return (
        {number: names[0] for number, names in found.items()},
        {alias: names[0] for names in found.values() for alias in names[1]},
    )


def house_address(public_url: str) -> str:
    """What mail of the house comes from when no address was chosen."""
    host = urlsplit(public_url).hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"postroom@{host}"
    return "postroom@localhost"
