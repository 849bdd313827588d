"""People who call doors, each with a signed-in client. Imported by conftests: Django is asked for late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

    from postroom.accounts.models import Account, User

PASSWORD = "long enough to keep"


@dataclass
class Person:
    """A user, signed in, with their account."""

    user: User
    account: Account
    client: Client

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self.client, method)(f"/api/1/{path}", headers=headers or None, **given)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any) -> Any:
        return self.call("patch", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self.call("put", path, body)

    def delete(self, path: str, body: Any = None) -> Any:
        return self.call("delete", path, body)


def sign_in(user: User, account: Account) -> Person:
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(user)
    return Person(user, account, client)


def join(alice: Person, role: str, email: str) -> Person:
    """Another member of Alice's account."""
    from postroom.accounts import services
    from postroom.accounts.models import Member

    user = services.create_user(email=email, password=PASSWORD, name=role.title(), is_verified=True)
    Member.objects.create(account=alice.account, user=user, role=role)
    return sign_in(user, alice.account)
