"""Letters that ask too much, through the door: a sentence, in time, and the draft stays as it was."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.support.door import Person


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 10**12)


def write(person: Person, body: dict[str, Any], subject: str = "Hello") -> str:
    person.account.postal_address = "1 Slow Lane"
    person.account.save()
    draft = person.post("broadcasts", {"subject": subject}).json()
    saved = person.patch(f"broadcasts/{draft['id']}", {"body": body, "revision": draft["revision"]})
    assert saved.status_code == 200
    return f"broadcasts/{draft['id']}"


def words(text: str, href: str = "") -> dict[str, Any]:
    marks = {"marks": [{"type": "link", "attrs": {"href": href}}]} if href else {}
    return {"type": "paragraph", "content": [{"type": "text", "text": text, **marks}]}


def document(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"v": 1, "doc": {"type": "doc", "content": list(nodes)}}


BOMBS = {
    "nested loops": "{% for a in (1..5000) %}{% for b in (1..5000) %}x{% endfor %}{% endfor %}",
    "endless": "{% for a in (1..1000000000000) %}x{% endfor %}",
    "much output": "{% for a in (1..9999) %}" + "x" * 500 + "{% endfor %}",
    "doubling": "{% assign x = 'ab' %}{% for i in (1..60) %}{% assign x = x | append: x %}{% endfor %}",
    "never closed": "{% for a in (1..3) %}x",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_liquid_bomb_is_explained_and_stays_a_draft(alice: Person, bomb: str) -> None:
    for body, subject in (
        (document(words(bomb)), "Hello"),
        ({"html": f"<p>{bomb}</p>"}, "Hello"),
        (document(words("Hi")), bomb),
    ):
        url = write(alice, body, subject)
        began = time.process_time()
        shown = alice.post(f"{url}/preview")
        refused = alice.post(f"{url}/schedule", {"at": None})
        assert time.process_time() - began < 10
        hint = shown.json()["warnings"][0]
        assert (shown.status_code, hint["code"]) == (200, "content")
        assert hint["text"].endswith(".")
        assert refused.status_code == 422
        assert refused.json()["message"]
        assert refused.json()["help"]
        assert alice.get(url).json()["state"] == "draft"


def test_html_with_scripts_is_kept_as_it_came_and_shown_without(alice: Person) -> None:
    source = "<script>steal()</script><p onclick='steal()'>Hi</p><iframe src='https://e.example'></iframe>"
    url = write(alice, {"html": source})
    assert alice.get(url).json()["body"] == {"html": source}
    shown = alice.post(f"{url}/preview").json()
    assert "<p>Hi</p>" in shown["html"]
    assert "steal" not in shown["html"] + shown["text"]
    assert "<iframe" not in shown["html"]


def test_a_letter_says_when_gmail_will_cut_it_off(alice: Person) -> None:
    paragraph = "A line of words that a reader may like. " * 20
    for count, expected in ((80, []), (98, ["large"]), (125, ["clipped"])):
        url = write(alice, document(*[words(paragraph)] * count))
        shown = alice.post(f"{url}/preview").json()
        codes = [hint["code"] for hint in shown["warnings"] if hint["code"] in ("large", "clipped")]
        assert codes == expected, shown["size_bytes"]
        for hint in shown["warnings"]:
            assert hint["text"].endswith(".")


def test_the_size_counts_links_as_they_leave(alice: Person) -> None:
    """Tracked links are longer than those that the preview shows."""
    url = write(alice, document(*[words("x", f"https://example.com/a-page/{n}") for n in range(300)]))
    shown = alice.post(f"{url}/preview").json()
    assert "/c/" not in shown["html"]
    assert shown["size_bytes"] > len(shown["html"].encode()) + 300 * 40


def test_a_body_beyond_a_megabyte_is_refused(alice: Person) -> None:
    draft = alice.post("broadcasts", {"subject": "Hello"}).json()
    url = f"broadcasts/{draft['id']}"
    refused = alice.patch(url, {"body": {"html": "x" * 1_100_000}, "revision": draft["revision"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "document_invalid")
    assert refused.json()["help"]
    assert alice.get(url).json()["revision"] == draft["revision"]
