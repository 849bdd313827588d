"""Alice owns an account, Bob works in it, Charlie has one of his own and must never see hers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.door import PASSWORD, Person, join, sign_in


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # argon2 is slow on purpose; these tests make many users and none of them tests the hash
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None) -> Person:
    """Owner of Slow Mornings; runs the installation."""
    from postroom.accounts import services

    user = services.create_user(
        email="alice@example.com", password=PASSWORD, name="Alice", is_superuser=True, is_verified=True
    )
    account, _ = services.create_account(
        name="Slow Mornings", owner=user, time_zone="Europe/Lisbon", from_email="alice@example.com"
    )
    return sign_in(user, account)


@pytest.fixture
def admin(alice: Person) -> Person:
    return join(alice, "admin", "admin@example.com")


@pytest.fixture
def bob(alice: Person) -> Person:
    """An editor of Alice's account."""
    return join(alice, "editor", "bob@example.com")


@pytest.fixture
def viewer(alice: Person) -> Person:
    return join(alice, "viewer", "viewer@example.com")


@pytest.fixture
def charlie(db: None) -> Person:
    """Owner of another account."""
    from postroom.accounts import services

    user = services.create_user(email="charlie@example.com", password=PASSWORD, is_verified=True)
    account, _ = services.create_account(name="Charlie's", owner=user)
    return sign_in(user, account)
