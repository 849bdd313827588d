"""Signed-out pages as people meet them: axe in both themes, nothing wider than a phone, no console error."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.axe import violations
from tests.support.door import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIGNED_OUT = ["/accounts/sign-in", "/accounts/reset", "/accounts/reset/sent", "/accounts/join"]
SIGNED_IN = [
    "/accounts/security",
    "/accounts/email",
    "/accounts/sign-out",
    "/accounts/security/password",
    "/accounts/security/app",
    "/accounts/security/passkeys/new",
]
STEPS = ["letter", "sending", "people", "ready"]


def look(page: Any, url: str) -> None:
    page.goto(url)
    assert violations(page) == [], url
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), url


def open_page(browser: Any, scheme: str, width: int) -> tuple[Any, list[str]]:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page, said


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390)])
def test_sign_in_pages(app: str, browser: Any, scheme: str, width: int) -> None:
    from postroom.accounts import services

    user = services.create_user(email="alice@example.com", password=PASSWORD, name="Alice", is_verified=True)
    services.create_account(name="Slow Mornings", owner=user)
    page, said = open_page(browser, scheme, width)
    for path in SIGNED_OUT:
        look(page, app + path)
    page.goto(f"{app}/accounts/sign-in?next=/accounts/confirm")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    for path in SIGNED_IN:
        look(page, app + path)
    assert said == []
    page.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390)])
def test_first_run_pages(app: str, browser: Any, scheme: str, width: int) -> None:
    from postroom.accounts import services

    page, said = open_page(browser, scheme, width)
    look(page, f"{app}/welcome/you")
    page.get_by_label("Your name").fill("Ada Moreno")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on to your letter").click()
    page.get_by_label("Name of your letter").fill("Slow Mornings")
    page.get_by_role("button", name="Go on to sending").click()
    services.move_first_run(step="ready")
    for step in STEPS:
        look(page, f"{app}/welcome/{step}")
    assert said == []
    page.context.close()
