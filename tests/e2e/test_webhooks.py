"""Webhooks in a browser: made, tested, told of somebody, tried again, deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.journey import call, create_account, sign_in
from tests.e2e.test_journey import listen
from tests.support.axe import violations
from tests.support.server import Server
from tests.webhooks.target import Target, say

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def server(browser: Any) -> Iterator[Server]:
    with Server(POSTROOM_ALLOW_PRIVATE_TARGETS="true") as running:
        create_account(running)
        yield running


@pytest.fixture
def target() -> Iterator[Target]:
    made = Target()
    made.start()
    yield made
    made.stop()


def test_from_nothing_to_a_delivery_and_back(server: Server, browser: Any, page: Any, target: Target) -> None:
    said = listen(page)
    target.answers["/"] = say(500, "not today")
    sign_in(page, server, "/app/webhooks")
    page.get_by_role("button", name="Make your first webhook").click()
    page.get_by_label("URL").fill("ftp://example.com/")
    page.get_by_role("button", name="Make the webhook").click()
    page.get_by_text("has to begin with http").wait_for()
    page.get_by_label("URL").fill(f"{target.url}/")
    page.get_by_text("Sign what is sent").click()
    page.get_by_role("button", name="Make the webhook").click()
    page.get_by_text(re.compile("^whsec_")).wait_for()
    page.get_by_role("button", name="I have it").click()
    page.get_by_role("heading", name="Somebody becomes an active subscriber").wait_for()
    home = page.url.partition("?")[0]

    page.get_by_role("button", name="Send a test").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_text("Answered 500", exact=True).wait_for(timeout=8000)
    drawer.get_by_text("not today").wait_for()
    target.answers.clear()
    drawer.get_by_role("button", name="Send again").click()
    drawer.get_by_text("Answered 200", exact=True).wait_for(timeout=8000)
    drawer.get_by_role("button", name="Close").click()

    made = call(page, "/subscribers", "POST", {"email": "ann@example.com"})
    page.get_by_role("grid").get_by_text("Delivered").nth(1).wait_for(timeout=10_000)
    told = json.loads(target.calls[-1].body)["subscriber"]
    assert (told["id"], told["state"]) == (made["id"], "active")
    assert "X-Postroom-Signature" in target.calls[-1].headers

    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Pause").click()
    page.get_by_text("Paused by hand").wait_for()
    page.get_by_role("button", name="Resume").click()
    page.get_by_text("Paused by hand").wait_for(state="detached")
    assert [text for text in said if "422" not in text] == [], "only the refused URL may be heard of"
    look_at_everything(browser, page, server, home)

    page.goto(f"{server.url}/app/subscribers/{made['id']}")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Note a complaint").click()
    page.get_by_role("button", name="Note the complaint").click()
    page.get_by_text("Complained").first.wait_for()

    page.goto(home)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("button", name="Delete the webhook").click()
    page.get_by_text("No webhooks yet").wait_for()


def look_at_everything(browser: Any, page: Any, server: Server, home: str) -> None:
    """Every screen in both themes and widths: axe, no console error, nothing wider than the window."""
    number = home.rpartition("/")[2]
    first = call(page, f"/webhooks/{number}/deliveries")["items"][-1]["id"]
    paths = ("webhooks", "webhooks?new=yes", f"webhooks/{number}", f"webhooks/{number}?delivery={first}")
    state = page.context.storage_state()
    for scheme, width in [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]:
        context = browser.new_context(
            storage_state=state, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        other = context.new_page()
        said = listen(other)
        for path in paths:
            other.goto(f"{server.url}/app/{path}")
            other.get_by_role("heading").first.wait_for(timeout=15_000)
            other.wait_for_load_state("networkidle")
            where = f"{path} {scheme} {width}"
            assert violations(other) == [], where
            assert other.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), where
            assert said == [], where
        context.close()
