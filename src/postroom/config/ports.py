"""Which addresses the web and edge processes get."""

import errno
import socket
from collections.abc import Callable

from postroom.settings import Settings
from postroom.settings.parse import split_address

TRIES = 100


class PortError(Exception):
    """A given address cannot be used; the text says what to do."""


def choose(settings: Settings, say: Callable[[str], None]) -> tuple[str, str]:
    """(bind, edge_bind). Only defaults move on to the next free port. Raises PortError."""
    bind = settings.bind
    if settings.bind_is_default:
        free = _next_free(bind)
        if free != bind:
            say(f"Port {split_address(bind)[1]} is busy: using {split_address(free)[1]}.")
        bind = free
    else:
        _check(bind, "POSTROOM_BIND")
    if "edge_bind" in settings.model_fields_set and settings.edge_bind:
        _check(settings.edge_bind, "POSTROOM_EDGE_BIND")
        return bind, settings.edge_bind
    host, port = split_address(bind)
    return bind, _next_free(_join(host, port + 1))


def target(bind: str) -> tuple[str, int]:
    """Where to connect to reach what is bound there."""
    host, port = split_address(bind)
    return {"localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def shown(bind: str) -> str:
    """The address as a person types it."""
    host, port = split_address(bind)
    local = ("127.0.0.1", "0.0.0.0", "::", "::1", "localhost")  # noqa: S104
    return _join("localhost" if host in local else host, port)


def _check(bind: str, name: str) -> None:
    try:
        _try(bind)
    except OSError as error:
        reason = {
            errno.EADDRINUSE: "something else listens there: stop it or choose another port",
            errno.EACCES: "this user may not use a port below 1024: choose a higher one behind a proxy",
            errno.EADDRNOTAVAIL: "this machine has no such address",
        }.get(error.errno or 0, str(error))
        raise PortError(f"{name} is {bind}: {reason}.") from None


def _next_free(bind: str) -> str:
    host, first = split_address(bind)
    for port in range(first, min(first + TRIES, 65536)):
        try:
            _try(_join(host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise PortError(f"{_join(host, port)} cannot be used: {error.strerror or error}.") from None
        else:
            return _join(host, port)
    raise PortError(f"No free port from {first} on: set POSTROOM_BIND.")


def _try(bind: str) -> None:
    host, port = split_address(bind)
    host = "127.0.0.1" if host == "localhost" else host
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Lets a port pass whose last connections are only winding down, not one that somebody listens on.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _join(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
