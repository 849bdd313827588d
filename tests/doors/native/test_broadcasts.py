"""`/api/1/broadcasts`: what the screens see of a letter, from draft to sent."""

from __future__ import annotations

import json
from threading import Event
from typing import Any

import pytest
from django.db import connection

from tests.support.door import Person

BODY = {
    "v": 1,
    "doc": {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [{"type": "text", "text": "Good morning, {{ subscriber.first_name }}"}],
            }
        ],
    },
}


@pytest.fixture(autouse=True)
def _room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 10**12)


@pytest.fixture
def ready(alice: Person) -> Person:
    """Alice with a postal address and three people."""
    alice.account.postal_address = "1 Slow Lane, Lisbon"
    alice.account.save()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subscriber (account_id, email, email_key, first_name, state)"
            " SELECT %s, n || '@example.com', n || '@example.com', 'Name' || n, 'active'"
            " FROM generate_series(1, 3) n",
            [alice.account.pk],
        )
    return alice


def write(person: Person, **changes: Any) -> dict[str, Any]:
    draft = person.post("broadcasts", {"subject": "Hello"}).json()
    changes = {"body": BODY, "revision": draft["revision"]} | changes
    assert person.patch(f"broadcasts/{draft['id']}", changes).status_code == 200
    return person.get(f"broadcasts/{draft['id']}").json()


def turn() -> None:
    from postroom.broadcasts import loops

    loops.start_due(Event())
    while loops.expand_audiences(Event()):
        pass
    loops.follow_sends(Event())


def test_a_draft_is_made_saved_and_read(ready: Person) -> None:
    answer = ready.post("broadcasts", {"subject": "Hello"})
    assert answer.status_code == 201
    draft = answer.json()
    assert (draft["state"], draft["label"], draft["audience_text"], draft["audience_count"]) == (
        "draft",
        "Draft",
        "Everyone",
        3,
    )
    assert draft["from_options"][0]["email"] == "alice@example.com"
    saved = ready.patch(
        f"broadcasts/{draft['id']}", {"revision": 1, "preview_text": "In the snow", "body": BODY}
    ).json()
    assert saved["revision"] == 2
    assert saved["size_bytes"] > 100
    assert saved["warnings"] == []
    again = ready.get(f"broadcasts/{draft['id']}").json()
    assert (again["preview_text"], again["body"], again["subject"]) == ("In the snow", BODY, "Hello")


def test_a_save_answers_even_where_the_letter_cannot_be_shown(ready: Person) -> None:
    draft = write(ready)
    with connection.cursor() as cursor:  # as a newer version would have left it
        cursor.execute("UPDATE broadcast SET body = jsonb_set(body, '{v}', '2')")
    saved = ready.patch(f"broadcasts/{draft['id']}", {"subject": "Later", "revision": draft["revision"]})
    assert (saved.status_code, saved.json()["revision"]) == (200, draft["revision"] + 1)
    assert "written by a newer version" in saved.json()["warnings"][0]["text"]
    assert ready.post(f"broadcasts/{draft['id']}/schedule", {"at": None}).status_code == 422


@pytest.mark.parametrize(
    ("field", "most"), [("from_name", 200), ("from_email", 320), ("subject", 1000), ("preview_text", 1000)]
)
def test_a_line_that_is_too_long_is_named(ready: Person, field: str, most: int) -> None:
    draft = write(ready)
    saved = ready.patch(f"broadcasts/{draft['id']}", {field: "x" * (most + 1), "revision": draft["revision"]})
    assert (saved.status_code, saved.json()["field"]) == (422, field)
    saved = ready.patch(f"broadcasts/{draft['id']}", {field: "x" * most, "revision": draft["revision"]})
    assert saved.status_code == 200


def test_a_number_that_nothing_can_keep_is_refused(ready: Person) -> None:
    draft = write(ready)
    odd = {"type": "odd", "attrs": {"n": "@"}}
    body = json.dumps(
        {"revision": draft["revision"], "body": {"v": 1, "doc": {"type": "doc", "content": [odd]}}}
    )
    answer = ready.client.patch(
        f"/api/1/broadcasts/{draft['id']}",
        body.replace('"@"', "1e999"),
        content_type="application/json",
        headers={"X-Account": str(ready.account.pk)},
    )
    assert answer.status_code == 422, answer.content
    assert ready.get(f"broadcasts/{draft['id']}").json()["revision"] == draft["revision"]


def test_a_stale_save_is_a_conflict_with_the_next_step(ready: Person) -> None:
    draft = write(ready)
    answer = ready.patch(f"broadcasts/{draft['id']}", {"revision": 1, "subject": "Old"})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert "Load it again" in answer.json()["help"]


def test_the_preview_speaks_to_one_person_and_names_what_is_missing(ready: Person) -> None:
    draft = write(ready)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM subscriber WHERE email = '2@example.com'")
        person = cursor.fetchone()[0]
    shown = ready.post(f"broadcasts/{draft['id']}/preview", {"subscriber_id": person}).json()
    assert "Good morning, Name2" in shown["html"]
    assert "Good morning, Name2" in shown["text"]
    assert shown["subject"] == "Hello"
    assert "/c/" not in shown["html"], "a look at a letter must not count as a click"
    ready.account.postal_address = ""
    ready.account.save()
    codes = {w["code"] for w in ready.post(f"broadcasts/{draft['id']}/preview").json()["warnings"]}
    assert codes == {"no_postal_address"}


def test_a_letter_with_broken_liquid_is_saved_and_explained_but_not_sent(ready: Person) -> None:
    draft = write(ready, subject="Hello {{ subscriber.first_name")
    warnings = ready.post(f"broadcasts/{draft['id']}/preview").json()["warnings"]
    assert warnings[0]["code"] == "content"
    answer = ready.post(f"broadcasts/{draft['id']}/schedule", {"at": None})
    assert (answer.status_code, answer.json()["field"]) == (422, "subject")


def test_an_endless_loop_is_refused_in_a_sentence(ready: Person) -> None:
    loop = "{% for a in (1..1000000) %}{% for b in (1..1000000) %}x{% endfor %}{% endfor %}"
    body = {
        "v": 1,
        "doc": {"type": "doc", "content": [{"type": "html", "attrs": {"html": f"<p>{loop}</p>"}}]},
    }
    draft = write(ready, body=body)
    answer = ready.post(f"broadcasts/{draft['id']}/schedule", {"at": None})
    assert answer.status_code == 422
    assert answer.json()["message"].startswith("The letter cannot be written")


def test_from_now_to_its_progress_and_the_end(ready: Person) -> None:
    draft = write(ready)
    sent = ready.post(f"broadcasts/{draft['id']}/schedule", {"at": None}).json()
    assert (sent["state"], sent["label"], sent["rehearsed"], sent["outlet"]) == (
        "expanding",
        "Queued",
        True,
        "inbox",
    )
    turn()
    now = ready.get(f"broadcasts/{draft['id']}/progress").json()
    assert (now["planned"], now["open"], now["delivered"], now["balances"], now["position"]) == (
        3,
        3,
        0,
        True,
        1,
    )
    counts = ready.get("broadcasts?tab=sending").json()["counts"]
    assert counts == {"drafts": 0, "scheduled": 0, "sending": 1, "sent": 0}
    item = ready.get("broadcasts?tab=sending").json()["items"][0]
    assert item["progress"]["planned"] == 3
    with connection.cursor() as cursor:
        cursor.execute("UPDATE delivery SET state = 'accepted'")
        cursor.execute("UPDATE chunk SET state = 'done'")
    turn()
    item = ready.get("broadcasts?tab=sent").json()["items"][0]
    assert (item["state"], item["label"], item["report"]["delivered"]) == ("completed", "Sent", 3)
    assert item["sent_at"].endswith("Z")


def test_pause_resume_and_cancel(ready: Person) -> None:
    number = write(ready)["id"]
    ready.post(f"broadcasts/{number}/schedule", {"at": None})
    turn()
    paused = ready.post(f"broadcasts/{number}/pause").json()
    assert (paused["state"], paused["pause_reason"], paused["held"]) == ("paused", "hand", False)
    again = ready.post(f"broadcasts/{number}/pause")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert ready.post(f"broadcasts/{number}/resume").json()["state"] == "queued"
    assert ready.post(f"broadcasts/{number}/cancel").json()["label"] == "Stopped"
    turn()
    now = ready.get(f"broadcasts/{number}/progress").json()
    assert (now["cancelled"], now["open"], now["balances"]) == (3, 0, True)


def test_a_copy_is_held_and_shown_behind_the_first(ready: Person) -> None:
    first, second = write(ready), write(ready)
    ready.post(f"broadcasts/{first['id']}/schedule", {"at": None})
    held = ready.post(f"broadcasts/{second['id']}/schedule", {"at": None}).json()
    assert (held["state"], held["label"], held["pause_reason"], held["held"]) == (
        "paused",
        "Held",
        "duplicate",
        True,
    )
    assert held["identical_to"] == first["id"]
    waiting = ready.get(f"broadcasts/{first['id']}/progress").json()["waiting"]
    assert [(w["id"], w["held"]) for w in waiting] == [(second["id"], True)]
    assert ready.post(f"broadcasts/{second['id']}/send_anyway").json()["state"] == "expanding"


def test_a_wall_time_in_the_accounts_zone(ready: Person) -> None:
    number = write(ready)["id"]
    sent = ready.post(f"broadcasts/{number}/schedule", {"at": "2031-07-01T08:00"}).json()
    assert (sent["state"], sent["send_at"], sent["send_zone"]) == (
        "scheduled",
        "2031-07-01T07:00:00Z",
        "Europe/Lisbon",
    )
    assert ready.post(f"broadcasts/{number}/unschedule").json()["state"] == "draft"
    bad = ready.post(f"broadcasts/{number}/schedule", {"at": "tomorrow"})
    assert (bad.status_code, bad.json()["field"]) == (422, "at")


def test_audiences_are_counted_and_sampled(ready: Person) -> None:
    number = write(ready)["id"]
    assert ready.post("broadcasts/audience", {"audience": {}}).json() == {"count": 3}
    found = ready.get(f"broadcasts/{number}/audience").json()
    assert found["count"] == 3
    assert {person["email"] for person in found["sample"]} == {
        "1@example.com",
        "2@example.com",
        "3@example.com",
    }
    bad = ready.post("broadcasts/audience", {"audience": {"forms": []}})
    assert (bad.status_code, bad.json()["field"]) == (422, "audience")


def test_a_test_mail_goes_to_addresses(ready: Person) -> None:
    number = write(ready)["id"]
    assert ready.post(f"broadcasts/{number}/test", {"to": ["ada@example.com"]}).json() == {"sent": 1}
    bad = ready.post(f"broadcasts/{number}/test", {"to": ["nobody"]})
    assert bad.status_code == 422


def test_duplicate_and_delete(ready: Person) -> None:
    number = write(ready)["id"]
    copy = ready.post(f"broadcasts/{number}/duplicate")
    assert (copy.status_code, copy.json()["copy_of"], copy.json()["body"]) == (201, number, BODY)
    assert ready.delete(f"broadcasts/{number}").status_code == 204
    assert ready.get(f"broadcasts/{number}").status_code == 404


def test_viewers_look_and_charlie_sees_nothing(ready: Person, viewer: Person, charlie: Person) -> None:
    number = write(ready)["id"]
    assert viewer.get(f"broadcasts/{number}").status_code == 200
    assert viewer.post(f"broadcasts/{number}/preview").status_code == 200
    for act in (
        "schedule",
        "pause",
        "resume",
        "cancel",
        "duplicate",
        "unschedule",
        "send_anyway",
        "send_for_real",
    ):
        assert viewer.post(f"broadcasts/{number}/{act}").status_code == 403
        assert charlie.post(f"broadcasts/{number}/{act}").status_code == 404
    for path in ("", "/progress", "/audience"):
        assert charlie.get(f"broadcasts/{number}{path}").status_code == 404
    assert charlie.post(f"broadcasts/{number}/preview").status_code == 404
    assert charlie.post(f"broadcasts/{number}/test", {"to": ["a@example.com"]}).status_code == 404
    assert charlie.patch(f"broadcasts/{number}", {"revision": 2, "subject": "Mine"}).status_code == 404
    assert charlie.delete(f"broadcasts/{number}").status_code == 404
    assert charlie.get("broadcasts").json()["total"] == 0
    assert ready.get(f"broadcasts/{number}").json()["revision"] == 2


def test_a_subscriber_of_another_account_is_no_reader(ready: Person, charlie: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM subscriber")
        person = cursor.fetchone()[0]
    number = charlie.post("broadcasts", {"subject": "Mine"}).json()["id"]
    answer = charlie.post(f"broadcasts/{number}/preview", {"subscriber_id": person})
    assert answer.status_code == 404
