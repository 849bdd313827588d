"""`/api/1/sequences` as the screens use it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.door import Person, join

BODY = {
    "v": 1,
    "doc": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Hi"}]}]},
}


def made(alice: Person, *subjects: str) -> dict[str, Any]:
    """A sequence with these emails, published."""
    sequence = alice.post("sequences", {"name": "Welcome"}).json()
    for subject in subjects:
        body = {"subject": subject, "body": BODY, "published": True}
        assert alice.post(f"sequences/{sequence['id']}/emails", body).status_code == 201
    return alice.get(f"sequences/{sequence['id']}").json()


def work() -> None:
    from postroom.sequences import services

    while services.send_due():
        pass


@pytest.mark.django_db
def test_a_sequence_from_nothing_to_people_in_it(alice: Person) -> None:
    assert alice.get("sequences").json()["items"] == []
    sequence = made(alice, "One", "Two")
    assert [(e["position"], e["subject"], e["delay_value"]) for e in sequence["items"]] == [
        (1, "One", 0), (2, "Two", 1),
    ]  # fmt: skip
    path = f"sequences/{sequence['id']}"
    added = alice.post(f"{path}/people", {"emails": ["ann@example.com", "ben@example.com"]})
    assert added.json() == {"added": 2, "created": 2}
    work()
    found = alice.get(path).json()
    assert (found["in_it"], found["people"]["on_way"], found["items"][1]["waiting"]) == (2, 2, 2)
    people = alice.get(f"{path}/people?place=on_way&q=ann").json()
    [ann] = people["items"]
    assert (ann["email"], ann["last_email_id"], ann["next_email_id"]) == (
        "ann@example.com", sequence["items"][0]["id"], sequence["items"][1]["id"],
    )  # fmt: skip
    assert alice.delete(f"{path}/people/{ann['subscriber_id']}").status_code == 204
    assert alice.delete(f"{path}/people/{ann['subscriber_id']}").json()["code"] == "not_in_sequence"
    assert alice.get("sequences?q=welc").json()["items"][0]["in_it"] == 1
    [mine] = alice.get(f"subscribers/{ann['subscriber_id']}/sequences").json()["items"]
    assert (mine["name"], mine["place"]) == ("Welcome", "stopped")
    assert "Welcome" in [found["title"] for found in alice.get("search?q=welc").json()["items"]]
    history = alice.get(f"subscribers/{ann['subscriber_id']}/changes").json()["items"]
    assert {"Joined the sequence Welcome", "Left the sequence Welcome"} <= {h["title"] for h in history}


@pytest.mark.django_db
def test_an_email_is_written_saved_tested_and_moved(alice: Person) -> None:
    sequence = made(alice, "One", "Two")
    first, second = (email["id"] for email in sequence["items"])
    path = f"sequences/{sequence['id']}"
    email = alice.get(f"{path}/emails/{first}").json()
    saved = alice.patch(f"{path}/emails/{first}", {"revision": email["revision"], "subject": "Uno"})
    assert (saved.status_code, saved.json()["revision"]) == (200, email["revision"] + 1)
    stale = alice.patch(f"{path}/emails/{first}", {"revision": email["revision"], "subject": "Old"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    shown = alice.post(f"{path}/emails/{first}/preview", {}).json()
    assert (shown["subject"], "Hi" in shown["html"]) == ("Uno", True)
    assert alice.post(f"{path}/emails/{first}/test", {"to": ["me@example.com"]}).json() == {"sent": 1}
    moved = alice.put(f"{path}/order", {"ids": [second, first]}).json()
    assert [e["id"] for e in moved["items"]] == [second, first]
    assert alice.put(f"{path}/order", {"ids": [second]}).json()["field"] == "ids"
    assert alice.delete(f"{path}/emails/{first}").status_code == 204
    assert [e["position"] for e in alice.get(path).json()["items"]] == [1]


@pytest.mark.django_db
def test_switches_and_refusals(alice: Person) -> None:
    sequence = made(alice, "One")
    path = f"sequences/{sequence['id']}"
    off = alice.patch(path, {"active": False, "hold": True, "repeat": True}).json()
    assert (off["active"], off["hold"], off["repeat"]) == (False, True, True)
    alice.post(f"{path}/people", {"emails": ["ann@example.com"]})
    assert alice.get(path).json()["people"]["waits"] == 1
    assert alice.patch(path, {"name": " "}).json()["field"] == "name"
    assert alice.patch(path, {"nonsense": 1}).status_code == 422
    bad = alice.post(f"{path}/people", {"emails": ["ann@example.com", "nope"]})
    assert (bad.status_code, bad.json()["help"] != "") == (422, True)
    email = alice.post(f"{path}/emails", {}).json()
    refused = alice.patch(f"{path}/emails/{email['id']}", {"published": True}).json()
    assert (refused["code"], refused["field"]) == ("sequence_invalid", "subject")
    assert alice.get("sequences/999").json()["code"] == "sequence_not_found"
    assert alice.get(f"{path}/emails/999").json()["code"] == "sequence_email_not_found"
    assert alice.delete(path).status_code == 204
    assert alice.get(path).status_code == 404


@pytest.mark.django_db
def test_viewers_look_and_editors_change(alice: Person) -> None:
    sequence = made(alice, "One")
    viewer, editor = join(alice, "viewer", "v@example.com"), join(alice, "editor", "e@example.com")
    path, email = f"sequences/{sequence['id']}", sequence["items"][0]["id"]
    assert viewer.get(path).status_code == 200
    assert viewer.post(f"{path}/emails/{email}/preview", {}).status_code == 200
    assert viewer.post(f"{path}/people", {"emails": ["ann@example.com"]}).status_code == 403
    assert viewer.patch(path, {"active": False}).status_code == 403
    assert editor.patch(path, {"active": False}).status_code == 200
