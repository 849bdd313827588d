"""A signed-out browser, and Alice, who can sign in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.door import PASSWORD


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # argon2 is slow on purpose; one test checks that it is the one in use
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None) -> Any:
    """Owner of an account; runs the installation, whose first run is done."""
    from postroom.accounts import services

    user = services.create_user(
        email="alice@example.com", password=PASSWORD, name="Alice", is_superuser=True, is_verified=True
    )
    services.create_account(name="Slow Mornings", owner=user)
    services.finish_first_run()
    return user
