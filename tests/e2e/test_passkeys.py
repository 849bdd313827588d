"""Passkeys with Chromium's virtual authenticator: added, used, removed; and the pages without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.door import PASSWORD

SECURITY = re.compile(r"^http://localhost:\d+/accounts/security(/passkeys)?$")

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def alice(app: str) -> Any:
    from postroom.accounts import services

    user = services.create_user(
        email="alice@example.com", password=PASSWORD, name="Alice", is_superuser=True, is_verified=True
    )
    services.create_account(name="Slow Mornings", owner=user)
    services.finish_first_run()
    return user


def authenticator(page: Any) -> tuple[Any, str]:
    """A key with a finger's print, plugged into this page."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def sign_in(page: Any, app: str) -> None:
    page.goto(f"{app}/accounts/sign-in?next=/accounts/security")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(SECURITY)


def test_a_passkey_is_added_opens_the_door_and_is_removed(app: str, alice: Any, quiet_page: Any) -> None:
    page = quiet_page
    session, key = authenticator(page)
    sign_in(page, app)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)  # changes of the sign-in ask once more
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Its name").fill("My laptop")
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/accounts/security/codes")  # recovery codes come with the first one
    stored = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert [each["rpId"] for each in stored] == ["localhost"]
    assert stored[0]["isResidentCredential"]

    page.context.clear_cookies()
    page.goto(f"{app}/accounts/sign-in?next=/accounts/security")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(SECURITY)
    assert page.get_by_text("My laptop").is_visible()

    page.get_by_role("link", name="Remove").click()
    if "/accounts/confirm" in page.url:
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url(SECURITY)
    page.get_by_text("Add a passkey").wait_for()
    assert page.get_by_text("My laptop").count() == 0


def test_a_passkey_is_the_second_step_after_a_password(app: str, alice: Any, quiet_page: Any) -> None:
    page = quiet_page
    authenticator(page)
    sign_in(page, app)
    page.goto(f"{app}/accounts/security/passkeys/new")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/accounts/security/codes")
    page.context.clear_cookies()
    page.goto(f"{app}/accounts/sign-in?next=/accounts/security")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/code*")
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(re.compile(r"localhost:\d+/(accounts/security|app/)$"))


def test_a_key_that_nobody_knows_is_told_so(app: str, alice: Any, page: Any) -> None:
    authenticator(page)
    sign_in(page, app)
    page.goto(f"{app}/accounts/security/passkeys/new")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/accounts/security/codes")
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()
    page.context.clear_cookies()
    page.goto(f"{app}/accounts/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("not right").wait_for()
    assert "/accounts/sign-in" in page.url


def test_without_javascript_everything_but_the_passkey_button_is_there(
    app: str, alice: Any, browser: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{app}/accounts/sign-in")
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert not page.get_by_text("or with your password").is_visible()
    sign_in(page, app)
    page.get_by_role("link", name="Switch on").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    assert page.get_by_alt_text("A QR code").is_visible()
    context.close()


def test_the_first_run_works_without_javascript(app: str, browser: Any) -> None:
    from postroom.accounts.models import Account

    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(app)
    page.get_by_label("Your name").fill("Ada Moreno")
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on to your letter").click()
    page.get_by_label("Name of your letter").fill("Slow Mornings")
    page.get_by_role("button", name="Go on to sending").click()
    assert not page.get_by_label("Host").is_visible()
    page.get_by_text("Through a mail service", exact=True).click()  # opens by CSS alone
    assert page.get_by_label("Host").is_visible()
    page.get_by_text("Into the test inbox").click()
    page.get_by_role("button", name="Go on to first people").click()
    page.get_by_text("Later", exact=True).click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Open Postroom").click()
    assert page.url.endswith("/app/")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    assert Account.objects.get(kind="creator").name == "Slow Mornings"
    context.close()
