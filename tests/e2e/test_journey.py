"""The main job to its end, in a browser, against a whole Postroom: from an empty account to a report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.journey import (
    EMAIL,
    address_in,
    call,
    create_account,
    follow,
    html_as_sent,
    message_to,
    other_site,
    sign_in,
)
from tests.support.axe import violations
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
JOINED = "joana@example.com"
SUBJECT = "The quiet week"


@pytest.fixture(scope="module")
def server(browser: Any) -> Iterator[Server]:
    with Server() as running:
        create_account(running)
        yield running


def import_people(page: Any, server: Server, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    people = (f"person{n}@example.com,Person {n}" for n in range(8))
    lines = ["email,first name", *people, "no address,Nobody"]
    file.write_text("\n".join(lines), encoding="utf-8")
    page.goto(f"{server.url}/app/subscribers/import")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Create 8 people").click(timeout=15_000)
    page.get_by_text("The import is done").wait_for(timeout=30_000)
    assert call(page, "/subscribers?state=active")["total"] == 8


def make_form(page: Any, server: Server) -> dict[str, Any]:
    page.goto(f"{server.url}/app/forms")
    page.get_by_role("button", name="New form").click()
    page.get_by_label("Name").fill("Desk notes")
    page.get_by_role("button", name="Make the form").click()
    page.wait_for_url("**/app/forms/*")
    return call(page, f"/forms/{page.url.rpartition('/')[2].partition('?')[0]}")


def subscribe_and_confirm(browser: Any, page: Any, form: dict[str, Any]) -> None:
    script = form["embed"]["script"]
    with other_site(f"<!doctype html><title>My site</title><body><p>Join me.</p>{script}") as url:
        visitor = browser.new_page()
        visitor.goto(url)
        visitor.locator("input[name=email_address]").fill(JOINED)
        visitor.locator("button[type=submit]").click()
        letter = message_to(page, JOINED, "confirmation")
        assert call(page, f"/subscribers?q={JOINED}&state=inactive")["total"] == 1
        visitor.goto(address_in(letter["text"] + letter["html"], "/confirm/"))
        visitor.get_by_role("button").first.click()
        visitor.wait_for_load_state()
        visitor.close()
    assert call(page, f"/subscribers?q={JOINED}&state=active")["total"] == 1


def write_letter(page: Any, server: Server) -> None:
    page.goto(f"{server.url}/app/broadcasts")
    page.get_by_role("button", name="New broadcast").click()
    page.wait_for_url("**/edit")
    page.get_by_role("textbox", name="Subject").fill(SUBJECT)
    page.get_by_role("textbox", name="The letter").click()
    page.keyboard.type("/head")
    page.keyboard.press("Enter")
    page.keyboard.type("What grew in it")
    page.keyboard.press("Enter")
    page.keyboard.type("Hello ")
    page.get_by_role("button", name="First name").click()
    page.get_by_role("button", name="Button", exact=True).click()
    page.get_by_label("Words on it").fill("Read the field notes")
    page.get_by_label("Leads to").fill("https://slowmornings.example/field-notes")
    page.get_by_text("Saved just now").wait_for()
    page.get_by_role("radio", name="Phone preview").click()
    frame = page.frame_locator("iframe")
    frame.get_by_text("Hello Sam").wait_for()
    page.get_by_role("radio", name="Write").click()
    page.get_by_role("button", name="Send test").first.click()
    page.get_by_label("From address").fill("ada@slowmornings.example")
    page.get_by_role("button", name="Send 1 test").click()
    assert SUBJECT in message_to(page, EMAIL, "test")["subject"]


def send(page: Any) -> str:
    page.get_by_role("button", name="Review & send").click()
    page.get_by_label("Postal address").fill("12 Rua do Sol\nLisbon")
    page.get_by_role("dialog").get_by_role("button", name="Send to 9 people").click()
    page.get_by_role("heading", name="Where every email went").wait_for(timeout=30_000)
    assert page.get_by_text("Balances: 9 + 0 + 0 + 0 + 0 = 9").is_visible()
    return page.url.rpartition("/")[2].partition("?")[0]


def read_and_leave(browser: Any, page: Any, number: str) -> None:
    letter = message_to(page, JOINED, "broadcast")
    assert "Hello" in letter["text"]
    time.sleep(2.5)  # quicker than that, it counts as a machine
    assert "/o/" not in letter["html"], "a look into the test inbox opens nothing"
    assert follow(address_in(html_as_sent(letter["source"]), "/o/")) == 200
    time.sleep(1)
    assert follow(address_in(letter["html"], "/c/")) == 302
    wait_for_report(page, number, opened_people=1, clicked_people=1)
    page.get_by_text("1 click", exact=True).wait_for(timeout=15_000)
    visitor = browser.new_page()
    visitor.goto(address_in(letter["text"], "/u/"))
    assert call(page, f"/subscribers?q={JOINED}&state=active")["total"] == 1, "a GET must not unsubscribe"
    visitor.get_by_role("button").first.click()
    visitor.wait_for_load_state()
    visitor.close()
    assert call(page, f"/subscribers?q={JOINED}&state=cancelled")["total"] == 1
    wait_for_report(page, number, unsubscribed=1)


def wait_for_report(page: Any, number: str, **figures: int) -> None:
    until = time.monotonic() + 20
    while True:
        report = call(page, f"/broadcasts/{number}/report")
        if {key: report[key] for key in figures} == figures:
            return
        assert time.monotonic() < until, report
        time.sleep(0.3)


def screens(number: str, draft: int) -> list[str]:
    report = f"/app/broadcasts/{number}"
    return [
        "/app/",
        *(f"/app/broadcasts?tab={tab}" for tab in ("drafts", "scheduled", "sending", "sent")),
        *(f"{report}?tab={tab}" for tab in ("overview", "people", "links", "email")),
        f"/app/broadcasts/{draft}/edit",
        f"/app/broadcasts/{draft}/edit?view=dark",
        f"/app/broadcasts/{draft}/edit?open=review",
        "/app/inbox",
        "/app/inbox?view=source",
        "/app/subscribers",
        "/app/subscribers/import",
        "/app/tags",
        "/app/forms",
        "/app/settings",
    ]


def look_at_everything(browser: Any, page: Any, server: Server, number: str) -> None:
    """Every screen in both themes and widths: axe, no console error, nothing wider than the window."""
    paths = screens(number, call(page, f"/broadcasts/{number}/duplicate", "POST")["id"])
    state = page.context.storage_state()
    for scheme, width in [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]:
        context = browser.new_context(
            storage_state=state, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        other = context.new_page()
        said = listen(other)
        for path in paths:
            other.goto(server.url + path)
            other.get_by_role("heading", level=1).first.wait_for(timeout=15_000)
            other.wait_for_load_state("networkidle")
            where = f"{path} {scheme} {width}"
            assert violations(other) == [], where
            assert other.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), where
            assert said == [], where
        context.close()


def listen(page: Any) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_main_job(server: Server, browser: Any, page: Any, tmp_path: Path) -> None:
    said = listen(page)
    sign_in(page, server, "/app/subscribers/import")
    import_people(page, server, tmp_path)
    subscribe_and_confirm(browser, page, make_form(page, server))
    write_letter(page, server)
    number = send(page)
    read_and_leave(browser, page, number)
    assert said == []
    look_at_everything(browser, page, server, number)
