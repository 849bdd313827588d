"""A shop reports purchases; the creator finds them: list, search, product, purchase, profile."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.journey import PASSWORD, call, create_account, sign_in
from tests.e2e.test_journey import listen
from tests.support.axe import violations
from tests.support.server import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
BOOK = {"pid": 9, "lid": 1, "name": "Field guide", "sku": "FG-1", "unit_price": "12.50", "quantity": 2}
CARD = {"pid": "c", "lid": 2, "name": "Card", "unit_price": 3, "quantity": 1}


@pytest.fixture(scope="module")
def server(browser: Any) -> Iterator[Server]:
    with Server() as running:
        create_account(running)
        yield running


def sell(server: Server, secret: str, **purchase: Any) -> dict[str, Any]:
    """As a shop does it: `POST /v3/purchases`."""
    body = json.dumps({"api_secret": secret, "purchase": purchase}).encode()
    request = urllib.request.Request(f"{server.url}/v3/purchases", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return dict(json.load(answer))


def test_what_a_shop_reports_is_found(server: Server, browser: Any, page: Any) -> None:
    said = listen(page)
    sign_in(page, server, "/app/purchases")
    page.get_by_text("No purchases yet").wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="Products").click()
    page.get_by_text("No products yet").wait_for()
    assert violations(page) == []

    secret = call(page, "/account/keys/reveal", "POST", {"password": PASSWORD})["api_secret"]
    ann = {"email_address": "ann@example.com", "first_name": "Ann", "integration": "Shop"}
    made = sell(server, secret, transaction_id="T-1", currency="EUR", products=[BOOK, CARD], **ann)
    assert made["total"] == 28.0
    sell(server, secret, transaction_id="T-2", currency="USD", products=[CARD], **ann)
    sell(
        server, secret, transaction_id="T-3", currency="EUR", products=[BOOK], status="refunded",
        email_address="bea@example.com",
    )  # fmt: skip

    page.goto(f"{server.url}/app/purchases")
    grid = page.get_by_role("grid", name="Purchases")
    grid.get_by_text("Field guide and 1 more").wait_for()
    assert grid.get_by_role("row").count() == 4
    grid.get_by_text("Refunded").wait_for()
    page.get_by_label("Revenue in EUR by day").wait_for()
    assert violations(page) == []
    page.get_by_role("searchbox", name="Search purchases").fill("bea@")
    grid.get_by_text("ann@example.com").first.wait_for(state="detached")
    assert grid.get_by_role("row").count() == 2

    page.get_by_role("link", name="Products").click()
    page.get_by_role("grid", name="Products").get_by_text("FG-1").wait_for()
    assert violations(page) == []
    page.get_by_role("grid").get_by_role("link", name="Card").click()
    grid.get_by_text("Card", exact=True).wait_for()
    assert grid.get_by_role("row").count() == 3
    grid.get_by_text("Field guide and 1 more").click()
    page.get_by_text("T-1", exact=True).wait_for()
    page.get_by_text("€28.00").first.wait_for()
    assert violations(page) == []
    page.get_by_role("link", name="ann@example.com").click()
    page.get_by_role("heading", name="Purchases").wait_for()
    page.get_by_text("$3.00").wait_for()
    assert said == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone(server: Server, browser: Any, theme: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=theme)
    phone = context.new_page()
    sign_in(phone, server, "/app/purchases")
    phone.get_by_role("link", name="Field guide and 1 more").wait_for()
    for path in ("purchases", "products"):
        phone.goto(f"{server.url}/app/{path}")
        phone.get_by_role("link", name="Card").first.wait_for()
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(phone) == []
    phone.goto(f"{server.url}/app/purchases")
    phone.get_by_role("link", name="Field guide and 1 more").click()
    phone.get_by_text("T-1", exact=True).wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(phone) == []
    context.close()
