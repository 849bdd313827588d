"""The demo's fake readers: they open and click, through the real edge, what lands in a demo's test inbox.

Only ever demo accounts; only addresses that begin with this installation's own edge; redirects are not
followed, so nothing leaves the machine. Confirmation mails are left alone: they belong to whoever tries it.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import http.client
import re
from dataclasses import dataclass
from html import unescape
from threading import Event
from urllib.parse import urlsplit

import structlog

from postroom.lib import sql
from postroom.settings import load

log = structlog.get_logger("postroom.demo")
BATCH = 20
TIMEOUT_S = 5.0
READER = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"
)
APPLE = "Mozilla/5.0"
_LINK = re.compile(r'(?:href|src)="([^"]+)"')


@dataclass(frozen=True)
class Plan:
    """What one reader does with one message."""

    loads_by_machine: bool
    opens: bool
    clicks: bool
    which: int


def read_some(_: Event) -> int:
    """One round: reads what came in some seconds ago. Returns how many messages."""
    found = sql.rows(sql.load("doors/cli/demo", "list_unread"), {"limit": BATCH})
    for message in found:
        act(bytes(message["raw"]), plan(message["id"]))
        sql.execute(
            "UPDATE inbox_message SET read_by_demo_at = now() WHERE account_id = %s AND id = %s",
            [message["account_id"], message["id"]],
        )
    return len(found)


def plan(message_id: int) -> Plan:
    """Decided by the message's number, so that a restart does not change a reader's mind."""
    dice = hashlib.sha256(str(message_id).encode()).digest()
    opens = dice[1] < 125
    return Plan(loads_by_machine=dice[0] < 60, opens=opens, clicks=opens and dice[2] < 70, which=dice[3])


def act(raw: bytes, what: Plan) -> None:
    """Does what was planned with one message."""
    pixels, links = find_addresses(raw, load().edge_url)
    if what.loads_by_machine and pixels:
        fetch(pixels[0], APPLE)
    if what.opens and pixels:
        fetch(pixels[0], READER)
    if what.clicks and links:
        fetch(links[what.which % len(links)], READER)


def find_addresses(raw: bytes, edge_url: str) -> tuple[list[str], list[str]]:
    """Open pixels and click links of a message that lead to this installation's edge."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    part = message.get_body(preferencelist=("html",))
    if part is None:
        return [], []
    addresses = [unescape(found) for found in _LINK.findall(part.get_content())]
    pixels = [url for url in addresses if url.startswith(f"{edge_url}/o/")]
    return pixels, [url for url in addresses if url.startswith(f"{edge_url}/c/")]


def fetch(url: str, agent: str) -> int:
    """Asks the edge, follows nothing; 0 when it does not answer."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    asked = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    try:
        asked.request("GET", parts.path, headers={"User-Agent": agent})
        return asked.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        log.warning("the demo's reader found no edge", reason=type(error).__name__)
        return 0
    finally:
        asked.close()
