"""Who opened or clicked: a person or a machine. Pure; the times are those of sending.

At once a hit is judged by what it says of itself and by how soon after acceptance it came. Clicks are looked
at again `SETTLE_AFTER_S` later, when it is known what else came with them: a scanner follows every link of a
letter within a second or two, a reader one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

TOO_SOON_S = 2.0
"""Nobody opens or clicks within two seconds of the server's acceptance; gateways do."""
SETTLE_AFTER_S = 10.0
BURST_S, BURST_LINKS = 10.0, 3
PAIR_S = 1.0

PERSON, MACHINE = "person", "machine"

# Google and Yahoo fetch a picture when somebody opens the letter: their proxies stand for a reader. Apple's
# Mail Privacy Protection fetches every picture soon after delivery, opened or not, says "Mozilla/5.0".
_PROXY_OF_A_READER = re.compile(r"GoogleImageProxy|YahooMailProxy", re.IGNORECASE)
_MACHINES = re.compile(
    r"bot\b|bots?/|crawler|spider|slurp|scan|preview|prefetch|monitor|headless|phantomjs|"
    r"barracuda|proofpoint|mimecast|messagelabs|symantec|fireeye|trendmicro|sophos|fortinet|forcepoint|ironport|"
    r"safelinks|urldefense|office.?existence.?discovery|microsoft.?preview|bitlybot|skypeuripreview|"
    r"curl/|wget/|python|aiohttp|httpx|go-http-client|java/|okhttp|libwww|lwp|axios|node-fetch|undici|guzzle|"
    r"apache-httpclient|ruby|httrack|zgrab|masscan",
    re.IGNORECASE,
)


def judge_agent(user_agent: str) -> str:
    """What the user agent alone says: person or machine."""
    agent = user_agent.strip()
    if _PROXY_OF_A_READER.search(agent):
        return PERSON
    if not agent or agent == "Mozilla/5.0" or _MACHINES.search(agent):
        return MACHINE
    return PERSON


def judge_click(at: datetime, others: Sequence[tuple[datetime, int, str]], link_no: int) -> str:
    """A click in the light of every other hit on links of the same message: (time, link number, kind).

    Machine when a HEAD came with it, when two links were followed within a second, or three within ten."""
    near = [
        (when, number, kind) for when, number, kind in others if abs(when - at) <= timedelta(seconds=BURST_S)
    ]
    if any(kind == "probe" for _, _, kind in near):
        return MACHINE
    if len({number for _, number, _ in near} | {link_no}) >= BURST_LINKS:
        return MACHINE
    pair = {number for when, number, _ in near if abs(when - at) <= timedelta(seconds=PAIR_S)}
    return MACHINE if len(pair | {link_no}) >= 2 else PERSON
