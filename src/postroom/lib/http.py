"""Calls to addresses that others choose: nothing inside our network is reached, nothing endless is read.

The guard stands where a socket is made, behind every way a name becomes an address (DNS, literals, odd
spellings such as `2130706433`): what it lets through is what is connected to, so that a name which changes
between a look and the call gains nothing."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

MAX_URL = 2048
_REFUSED = "lies inside a private network"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NO_NETWORKS = tuple(ipaddress.ip_network(net) for net in ("64:ff9b:1::/48", "2001::/32", "fec0::/10"))


class RefusedTarget(OSError):
    """The address may not be called."""


class BadUrl(ValueError):
    """The text is no URL that can be called; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `status` None: nothing did, and `error` says why."""

    status: int | None
    body: bytes
    error: str
    duration_ms: int
    retry_after: str | None = None


def is_public(address: str) -> bool:
    """Whether an IP address lies on the open Internet; of one that wraps another, the one inside counts."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if any(ip in network for network in _NO_NETWORKS):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def check_url(url: str, *, allow_private: bool) -> str:
    """The host of a URL that can be called, in lower case. Raises BadUrl.

    Names are looked up when they are called, not here."""
    if len(url) > MAX_URL:
        raise BadUrl(f"The URL is longer than {MAX_URL} characters.")
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in url):
        raise BadUrl("A URL holds no spaces and no control characters.")
    try:
        parts, host = urlsplit(url), (URL(url).host or "").lower().rstrip(".")
        has_port = parts.port != 0
    except ValueError:
        raise BadUrl("This is not a URL.") from None
    if parts.scheme.lower() not in ("http", "https") or not host or not has_port:
        raise BadUrl("The URL has to begin with http:// or https:// and name a host.")
    if not allow_private and (host == "localhost" or host.endswith(".localhost") or _is_inner(host)):
        raise BadUrl(f"{host} {_REFUSED}.")
    return host


def _is_inner(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


class Caller:
    """Posts to addresses that others choose: guarded, bounded in time and size, following no redirect.

    Made and closed inside a running event loop. Takes no proxy from the environment and keeps no cookies."""

    def __init__(self, *, allow_private: bool, timeout_s: float, max_bytes: int, at_once: int) -> None:
        """`timeout_s` covers a whole call, looking the name up included."""
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        # Looking up may hang for longer than a call lasts: threads of their own keep that from others.
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="resolve")
        connector = aiohttp.TCPConnector(
            limit=0,
            resolver=_Resolver(self._threads),
            socket_factory=_open_socket if allow_private else _open_public_socket,
            keepalive_timeout=5,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # a small answer can unfold into a huge one
            trust_env=False,
            skip_auto_headers=("User-Agent",),
        )

    async def close(self) -> None:
        """Closes every connection."""
        await self._session.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One call; never raises for what the other side does."""
        begin = time.monotonic()
        try:
            # As it was given: a URL that holds a signature survives no re-encoding.
            target = URL(url, encoded=url.isascii())
            async with self._session.post(
                target, data=body, headers={"Accept-Encoding": "identity", **headers}, allow_redirects=False
            ) as response:
                found = await self._read(response)
                error = _word_status(response.status)
                after = response.headers.get("Retry-After")
                return Answer(response.status, found, error, _ms(begin), after)
        except (TimeoutError, aiohttp.ServerTimeoutError):
            return Answer(None, b"", f"There was no answer within {self._timeout_s:g} seconds.", _ms(begin))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(None, b"", _word(error), _ms(begin))

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        found = bytearray()
        try:
            while len(found) < self._max_bytes:
                part = await response.content.read(self._max_bytes - len(found))
                if not part:
                    return bytes(found)
                found += part
        except (TimeoutError, aiohttp.ClientError):
            # The status is known and counts; what is missing is only something to look at.
            pass
        response.close()  # the rest is not waited for
        return bytes(found)


class _Resolver(AbstractResolver):
    """The system's names (its hosts file too), looked up in threads of our own."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
        )
        return [
            ResolveResult(
                hostname=host, host=str(address[0]), port=int(address[1]), family=kind, proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, proto, _, address in found
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing to close."""


def _open_public_socket(info: Any) -> socket.socket:
    if not is_public(str(info[4][0])):
        raise RefusedTarget(f"{info[4][0]} {_REFUSED}")
    return _open_socket(info)


def _open_socket(info: Any) -> socket.socket:
    return socket.socket(info[0], info[1], info[2])


def _word_status(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"It answered {status}, a redirect; those are not followed."
    return f"It answered {status}."


def _word(error: Exception) -> str:
    if _REFUSED in str(getattr(error, "os_error", error)):
        return (
            "Its address lies inside a private network, where nothing is sent. "
            "POSTROOM_ALLOW_PRIVATE_TARGETS allows it."
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "Its name could not be found."
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "Its certificate is not valid for this name, or nobody known signed it."
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "No safe connection could be agreed on (TLS)."
    if isinstance(error, aiohttp.ClientConnectorError):
        return "Nothing accepts connections there."
    if isinstance(
        error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | aiohttp.ClientPayloadError
    ):
        return "It closed the connection without an answer."
    if isinstance(error, aiohttp.InvalidURL):
        return "The URL cannot be called."
    if isinstance(error, aiohttp.ClientResponseError):
        return "What it answered is not HTTP."
    return f"The call failed ({type(error).__name__})."


def _ms(begin: float) -> int:
    return round((time.monotonic() - begin) * 1000)
