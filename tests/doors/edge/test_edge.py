"""What the edge answers, and what it stores."""

import subprocess
import sys

import pytest

from postroom.content import links
from postroom.tracking import spool

from .conftest import REF

URL = "https://slowmornings.example/field-notes?a=1&b=%20#top"


def test_a_click_is_stored_and_sent_on(ask, stored, keyring):
    seen = ask(links.sign_click(keyring, REF, 3, URL))
    assert (seen.status, seen.headers["Location"]) == (302, URL)
    assert seen.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in seen.headers["Cache-Control"]
    (hit,) = stored()
    assert (hit.kind, hit.account_id, hit.send_id, hit.send_day, hit.recipient_id) == (
        "click",
        7,
        41,
        20_780,
        1_204,
    )
    assert (hit.number, hit.url, hit.ip) == (3, URL, "203.0.113.9")


def test_a_destination_beyond_ascii_becomes_a_valid_header(ask, keyring):
    seen = ask(links.sign_click(keyring, REF, 1, "https://müller.example/ä"))
    assert seen.headers["Location"] == "https://m%C3%BCller.example/%C3%A4"


def test_an_open_answers_the_pixel_and_is_stored(ask, stored, keyring):
    seen = ask(links.sign_open(keyring, REF))
    assert (seen.status, seen.headers["Content-Type"]) == (200, "image/gif")
    assert seen.body.startswith(b"GIF89a")
    assert [hit.kind for hit in stored()] == ["open"]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "DELETE"])
def test_only_get_counts_an_open(ask, stored, keyring, method):
    ask(links.sign_open(keyring, REF), method)
    assert stored() == []


def test_head_of_a_click_is_a_probe_and_never_a_click(ask, stored, keyring):
    seen = ask(links.sign_click(keyring, REF, 1, URL), "HEAD")
    assert (seen.status, seen.body) == (302, b"")
    assert [hit.kind for hit in stored()] == ["probe"]


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT"])
def test_other_methods_never_click(ask, stored, keyring, method):
    seen = ask(links.sign_click(keyring, REF, 1, URL), method)
    assert seen.status in (204, 405)
    assert "Location" not in seen.headers
    assert stored() == []


def test_a_post_unsubscribes(ask, stored, keyring):
    path = links.sign_unsubscribe(keyring, REF)
    for _ in range(2):
        assert ask(path, "POST", body=b"List-Unsubscribe=One-Click").status == 200
    assert ask(path, "POST", agent="", body=b"").status == 200
    assert {hit.kind for hit in stored()} == {"unsubscribe"}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_fetching_the_unsubscribe_address_changes_nothing(ask, stored, keyring, method):
    path = links.sign_unsubscribe(keyring, REF)
    seen = ask(path, method)
    assert seen.status == 302
    assert seen.headers["Location"] == "https://letters.example/unsubscribe/" + path.removeprefix("/u/")
    assert stored() == []


def test_tampered_tokens_lead_nowhere(ask, stored, keyring):
    good = links.sign_click(keyring, REF, 1, URL)
    _, _, token, destination = good.split("/")
    other = links.encode_destination(b"https://evil.example/").decode()
    flipped = ("A" if token[5] != "A" else "B").join([token[:5], token[6:]])
    bad = [
        f"/c/{token}/{other}",
        f"/c/{flipped}/{destination}",
        f"/c/{token[:-1]}/{destination}",
        f"/c/{token}/",
        f"/c/{token}",
        "/c/",
        "/c",
        f"/c/{destination}/{token}",
        f"/o/{token}",
        f"/u/{token}",
        links.sign_open(keyring, REF).replace("/o/", "/u/"),
        links.sign_unsubscribe(keyring, REF).replace("/u/", "/o/"),
        "/c/" + "A" * 50_000,
        "/c/\x00/\xff",
    ]
    for path in bad:
        for method in ("GET", "POST", "HEAD"):
            seen = ask(path, method)
            assert seen.status == 404, path
            assert "Location" not in seen.headers
    assert stored() == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/",
        "/relative",
        "https://ok.example/\r\nSet-Cookie: a=1",
        "https://a b.example/",
        "https:\\\\evil.example",
        "",
    ],
)
def test_a_signed_destination_that_is_no_web_page_is_refused(ask, stored, keyring, url):
    seen = ask(links.sign_click(keyring, REF, 1, url))
    assert seen.status == 404
    assert "Location" not in seen.headers
    assert stored() == []


def test_a_full_disk_still_sends_readers_on_but_acknowledges_no_unsubscribe(ask, keyring, monkeypatch):
    def refuse(self, hit):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool.SpoolWriter, "append", refuse)
    assert ask(links.sign_click(keyring, REF, 1, URL)).status == 302
    seen = ask(links.sign_unsubscribe(keyring, REF), "POST")
    assert (seen.status, seen.headers["Retry-After"]) == (503, "60")


def test_robots_are_asked_to_stay_away(ask):
    assert b"Disallow: /" in ask("/robots.txt").body


def test_unknown_addresses_are_404(ask, stored):
    for path in ("/", "", "/app/", "/v3/forms", "/c2/x/y"):
        assert ask(path).status == 404
    assert stored() == []


def test_the_edge_can_not_reach_a_database():
    code = "import postroom.doors.edge.app, sys; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"django", "psycopg", "psycopg_pool", "psycopg_c", "sqlite3"} & set(done.stdout.split())
