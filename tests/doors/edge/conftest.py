from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from postroom.content.links import MessageRef
from postroom.doors.edge.app import Edge
from postroom.lib.signing import Keyring
from postroom.settings.load import read
from postroom.tracking import spool

KEY = "0123456789abcdef" * 4
REF = MessageRef(account_id=7, send_id=41, send_day=20_780, recipient_id=1_204, nth=0)


class Seen(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(read(secret_key=KEY).secret_keys())


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Callable[..., Seen]]:
    """Calls the edge as a server would."""
    edge = Edge(read(data=tmp_path, secret_key=KEY, public_url="https://letters.example"))

    def call(
        path: str, method: str = "GET", agent: str = "Mozilla/5.0 (Macintosh)", body: bytes = b""
    ) -> Seen:
        seen: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            seen.update(status=int(status.split()[0]), headers=dict(headers))

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "REMOTE_ADDR": "203.0.113.9",
            "HTTP_USER_AGENT": agent,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        answer = b"".join(edge(environ, start_response))
        return Seen(seen["status"], seen["headers"], answer)

    yield call
    edge._spool.close()


@pytest.fixture
def stored(tmp_path: Path) -> Callable[[], list[spool.HitRecord]]:
    return lambda: list(spool.walk(tmp_path / "edge"))
