"""A sequence in a browser: made, written, somebody added, and the first email arrives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.journey import EMAIL, call, create_account, message_to, sign_in
from tests.e2e.test_journey import listen
from tests.support.axe import violations
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
ANN = "ann@example.com"


@pytest.fixture(scope="module")
def server(browser: Any) -> Iterator[Server]:
    with Server() as running:
        create_account(running)
        yield running


def make_sequence(page: Any, server: Server) -> str:
    page.goto(f"{server.url}/app/sequences")
    page.get_by_role("button", name="Make your first sequence").click()
    page.get_by_label("Name").fill("Welcome")
    page.get_by_role("button", name="Make the sequence").click()
    page.get_by_role("heading", name="Welcome").wait_for()
    return page.url.partition("?")[0]


def write_email(page: Any, subject: str, words: str) -> None:
    page.get_by_role("button", name="Add email").click()
    page.get_by_role("textbox", name="Subject").fill(subject)
    page.get_by_role("textbox", name="The letter").click()
    page.keyboard.type(words)
    page.get_by_text("Saved just now").wait_for()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Live", exact=True).wait_for()


def test_from_nothing_to_the_first_email(server: Server, browser: Any, page: Any) -> None:
    said = listen(page)
    sign_in(page, server, "/app/sequences")
    home = make_sequence(page, server)
    write_email(page, "The first morning", "Good to have you here.")
    page.get_by_role("radio", name="Phone preview").click()
    page.frame_locator("iframe").get_by_text("Good to have you here.").wait_for()
    page.get_by_role("button", name="Send test").first.click()
    page.get_by_role("button", name="Send 1 test").click()
    assert message_to(page, EMAIL, "test")["subject"] == "[Test] The first morning"
    page.get_by_role("link", name="Welcome").click()
    write_email(page, "The second morning", "Here is the second.")
    page.get_by_label("How long it waits").fill("3")
    page.get_by_text("Saved just now").wait_for()
    page.goto(home)
    page.get_by_text("3 days after the one before").wait_for()

    page.get_by_role("link", name="The second morning").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.get_by_text("3 days after somebody is added").wait_for()
    page.get_by_role("button", name="Move “The second morning” down").click()
    page.get_by_text("3 days after the one before").wait_for()

    page.get_by_role("button", name="Add people").click()
    page.get_by_text("They get “The first morning” at once.").wait_for()
    page.get_by_label("Addresses").fill(ANN)
    page.get_by_role("button", name="Add 1 person").click()
    letter = message_to(page, ANN, "sequence")
    assert letter["subject"] == "The first morning"
    assert "Good to have you here." in letter["text"]
    assert "/u/" in letter["text"], "an email of a sequence can be unsubscribed from"
    page.reload()
    page.get_by_text("1 person waits for it").wait_for()
    page.get_by_role("link", name="People 1").click()
    page.get_by_role("grid").get_by_text("Gets “The second morning”").wait_for()
    page.get_by_role("button", name=f"Take {ANN} out").click()
    page.get_by_role("grid").get_by_text("Gets nothing more", exact=True).wait_for()
    assert said == []
    look_at_everything(browser, page, server, home)


def look_at_everything(browser: Any, page: Any, server: Server, home: str) -> None:
    """Every screen in both themes and widths: axe, no console error, nothing wider than the window."""
    number = home.rpartition("/")[2]
    email = call(page, f"/sequences/{number}")["items"][0]["id"]
    paths = (
        "sequences", f"sequences/{number}", f"sequences/{number}?tab=people",
        f"sequences/{number}?add=people", f"sequences/{number}/emails/{email}",
        f"sequences/{number}/emails/{email}?view=dark",
    )  # fmt: skip
    state = page.context.storage_state()
    for scheme, width in [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]:
        context = browser.new_context(
            storage_state=state, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        other = context.new_page()
        said = listen(other)
        for path in paths:
            other.goto(f"{server.url}/app/{path}")
            other.get_by_role("heading", level=1).first.wait_for(timeout=15_000)
            other.wait_for_load_state("networkidle")
            where = f"{path} {scheme} {width}"
            assert violations(other) == [], where
            assert other.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), where
            assert said == [], where
        context.close()
