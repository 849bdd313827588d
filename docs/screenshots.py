"""Takes README's pictures from the demo data: `.venv/bin/python -m docs.screenshots` (needs Chromium)."""

import re
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from tests.support.server import Server

IMAGES = Path(__file__).parent / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def main() -> None:
    """Starts a demo of its own, signs in, looks at each page, and leaves nothing but the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with Server(None, "--demo") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        email, password = read_login(server.output())
        time.sleep(20)  # the fake reader opens and clicks meanwhile
        page = sign_in(browser, server.url, email, password, WIDE, "light")
        for name, path in (
            ("home", "/app/"),
            ("subscribers", "/app/subscribers"),
            ("broadcasts", "/app/broadcasts?tab=sending"),
            ("inbox", "/app/inbox"),
        ):
            shoot(page, server.url + path, name)
        shoot(page, server.url + newest(page, "drafts") + "/edit", "editor")
        shoot(page, server.url + newest(page, "sent"), "report")
        dark = sign_in(browser, server.url, email, password, WIDE, "dark")
        shoot(dark, server.url + "/app/", "home-dark")
        phone = sign_in(browser, server.url, email, password, NARROW, "light")
        shoot(phone, server.url + "/app/subscribers", "subscribers-phone")
        browser.close()


def read_login(output: str) -> tuple[str, str]:
    """Address and password, as `serve --demo` printed them."""
    email = re.search(r"[\w.+-]+@[\w.-]+\.\w+", output.partition("answers at")[2])
    if email is None:
        sys.exit(f"The demo printed no login:\n{output[-2000:]}")
    password = re.search(
        r"password[^\S\n]*:?\s*(?:is\s+)?[“\"'`]?([^\s“”\"'`]+(?: [^\s,.]+)*)", output[email.end() :], re.I
    )
    if password is None:
        sys.exit(f"The demo printed no password:\n{output[-2000:]}")
    return email[0], password[1]


def sign_in(browser: Browser, url: str, email: str, password: str, size: dict, scheme: str) -> Page:
    """A page of a fresh session of this user."""
    page = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=1).new_page()
    page.goto(f"{url}/accounts/sign-in")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/app/"))
    return page


def newest(page: Page, tab: str) -> str:
    """The path of the first broadcast under a tab."""
    first = page.evaluate(
        f"fetch('/api/1/broadcasts?tab={tab}').then(r => r.json())"
        ".then(r => (r.items.find(b => b.state === 'completed') || r.items[0]).id)"
    )
    return f"/app/broadcasts/{first}"


def shoot(page: Page, url: str, name: str) -> None:
    """One picture, once the page has its data."""
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)  # charts draw themselves in
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
