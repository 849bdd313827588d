"""Limits on tries: at most so many of a key in any window, counted in the database for all processes."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass

from postroom.lib import sql


@dataclass(frozen=True)
class Allowed:
    """Whether this try counts as allowed; otherwise how many whole seconds until one would."""

    ok: bool
    retry_after_s: int = 0


def hit(*, key: str, limit: int, window_s: int) -> Allowed:
    """Count one try of `key`, unless `limit` were passed within `window_s` seconds: then nothing is counted.

    Refused tries do not count, so a key that is hammered still gets its `limit` through in every window.
    A limit of 0 switches the limit off."""
    if limit <= 0:
        return Allowed(True)
    row = sql.row(sql.load("accounts", "count_hit"), {"key": key[:200], "limit": limit, "window": window_s})
    assert row is not None
    if row["counted"]:
        return Allowed(True)
    return Allowed(False, max(1, math.ceil(row["retry_after"])))


def network(ip: str) -> str:
    """What an address is counted by: itself, or of IPv6 its /64, as whoever has one has all of that.

    An IPv4 address in IPv6 clothes is that IPv4 address; what is no address counts as it is written."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return ip
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))


def forget_old(*, older_than_s: int = 86_400) -> int:
    """Delete windows that no limit looks at any more. Answers how many."""
    return sql.execute(
        "DELETE FROM rate_window WHERE starts_at < now() - make_interval(secs => %s)", [older_than_s]
    )
