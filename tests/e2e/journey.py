"""Steps of the browser journey, named as a person would tell them."""

from __future__ import annotations

import http.server
import json
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string
from email.policy import default
from typing import Any

from tests.support.server import Server, run

EMAIL, PASSWORD = "ada@example.com", "a quiet morning 7"
READER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def create_account(server: Server) -> dict[str, Any]:
    """`postroom account create`: what it prints."""
    made = run(
        "account", "create", "Slow Mornings", "--email", EMAIL, "--password", PASSWORD, "--json", **server.env
    )
    assert made.returncode == 0, made.stderr
    return json.loads(made.stdout)


def sign_in(page: Any, server: Server, to: str = "/app/broadcasts") -> None:
    page.goto(f"{server.url}/accounts/sign-in?next={to}")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"**{to}*")


def call(page: Any, path: str, method: str = "GET", body: Any = None) -> Any:
    """A call of `/api/1` with the page's own session."""
    return page.evaluate(
        """async ([method, path, body]) => {
            const session = await (await fetch("/api/1/session")).json();
            const answer = await fetch("/api/1" + path, {
                method,
                headers: {"X-CSRFToken": session.csrf_token, "Content-Type": "application/json"},
                body: body === null ? undefined : JSON.stringify(body),
            });
            if (!answer.ok) throw new Error(path + ": " + (await answer.text()));
            return answer.status === 204 ? null : answer.json();
        }""",
        [method, path, body],
    )


def message_to(page: Any, address: str, kind: str, timeout_s: float = 20) -> dict[str, Any]:
    """Waits for the newest message of a kind to an address, and reads it whole."""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        for item in call(page, "/inbox?per_page=200")["items"]:
            if item["to"] == address and item["kind"] == kind:
                return call(page, f"/inbox/{item['id']}")
        time.sleep(0.2)
    raise AssertionError(f"No {kind} message to {address} arrived within {timeout_s} s.")


def follow(url: str) -> int:
    """A reader's mail program or browser asks for `url`; the status, redirects not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    request = urllib.request.Request(url, headers={"User-Agent": READER})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as answer:
        return answer.code


def address_in(text: str, pattern: str) -> str:
    """The first address of a message that fits."""
    found = re.search(rf"https?://[^\s\"'<>]*{pattern}[^\s\"'<>]*", text)
    assert found, f"No address like {pattern} in:\n{text[:2000]}"
    return found[0].replace("&amp;", "&").rstrip(").")


def html_as_sent(source: str) -> str:
    """The HTML part of a message's source, as a mail program shows it."""
    part = message_from_string(source, policy=default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


@contextmanager
def other_site(html: str) -> Iterator[str]:
    """A page on another origin, as a creator's own site."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/"
            self.send_response(200 if found else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if found:
                self.wfile.write(html.encode())

        def log_message(self, *_: Any) -> None:
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{site.server_address[1]}/"
    finally:
        site.shutdown()
        site.server_close()
