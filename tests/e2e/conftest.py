"""Headless Chromium of the machine against the real application; a console error fails a test."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

# Playwright's loop runs in the test's thread; Django would refuse its database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FLAGS += " --disable-component-update --disable-sync"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, or the one that CHROMIUM names."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("No Chromium: apt-get install chromium, or let CHROMIUM name one.", pytrace=False)
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS.split()}


@pytest.fixture
def app(transactional_db: None, settings: Any) -> Any:
    """Address of the running application, over a database of the test's own."""
    from tests.support.web import serving

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with serving() as url:
        yield url


@pytest.fixture
def page(browser: Any) -> Any:
    """A page in a context of its own (the plugin's own fixture warns with this pytest)."""
    context = browser.new_context(viewport={"width": 1440, "height": 960})
    yield context.new_page()
    context.close()


@pytest.fixture
def quiet_page(page: Any) -> Any:
    """A page whose console and scripts must stay without errors."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []
