"""Alice's account and a client that speaks as Kit's released clients do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client


@dataclass
class Kit:
    """One account's two keys."""

    id: int
    key: str
    secret: str
    client: Client

    def call(self, method: str, path: str, body: Any = None, *, auth: str = "secret", **query: Any) -> Any:
        """Sends JSON with the keys in the query; answers the response with `.data`."""
        query |= {"secret": {"api_secret": self.secret}, "key": {"api_key": self.key}, "none": {}}[auth]
        response = self.client.generic(
            method,
            path,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            QUERY_STRING="&".join(f"{k}={v}" for k, v in query.items()),
        )
        assert response.headers["Referrer-Policy"] == "no-referrer"
        response.data = json.loads(response.content) if response.content else None
        if response.status_code >= 400:
            assert set(response.data) == {"error", "message"}
        return response

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        return self.call("POST", path, body, **query)

    def put(self, path: str, body: Any = None, **query: Any) -> Any:
        return self.call("PUT", path, body, **query)

    def delete(self, path: str, body: Any = None, **query: Any) -> Any:
        return self.call("DELETE", path, body, **query)


def make(name: str) -> Kit:
    from postroom.accounts import services as accounts  # here: Django is set up after this file was read

    account, pair = accounts.create_account(name=name, from_email=f"{name.lower()}@letters.example")
    return Kit(account.id, pair.api_key, pair.api_secret, Client())


@pytest.fixture(autouse=True)
def _no_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from postroom.accounts import key_cache
    from postroom.accounts.services import limiter

    monkeypatch.setattr(limiter, "hit", lambda **_: limiter.Allowed(True))
    yield
    key_cache.clear()


@pytest.fixture
def alice(db: None) -> Kit:
    return make("Alice")


@pytest.fixture
def bob(db: None) -> Kit:
    return make("Bob")


@pytest.fixture
def form(alice: Kit) -> int:
    from postroom.forms import services as forms

    return int(forms.create(account_id=alice.id, name="Letter").id)
