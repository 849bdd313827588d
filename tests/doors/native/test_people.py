"""Subscribers, tags, fields, growth and search through the native API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.door import Person

pytestmark = pytest.mark.django_db


def add(who: Person, email: str, **more: Any) -> dict[str, Any]:
    made = who.post("subscribers", {"email": email, **more})
    assert made.status_code == 201, made.content
    return made.json()


def test_a_person_is_added_shown_changed_and_listed(alice: Person) -> None:
    field = alice.post("custom_fields", {"label": "City"}).json()
    paper = alice.post("custom_fields", {"label": "Paper"}).json()
    for q, labels in (("CIT", ["City"]), ("pap", ["Paper"]), ("zzz", []), ("", ["City", "Paper"])):
        assert [f["label"] for f in alice.get(f"custom_fields?q={q}").json()["items"]] == labels
    alice.delete(f"custom_fields/{paper['id']}")
    ada = add(alice, "Ada@x.com", first_name="Ada", tags=["VIP"], fields={"city": "Porto"})
    assert (ada["state"], ada["fields"], [t["name"] for t in ada["tags"]]) == (
        "active",
        {"city": "Porto"},
        ["VIP"],
    )
    assert ada["field_list"] == [{"id": field["id"], "key": "city", "label": "City", "value": "Porto"}]
    url = f"subscribers/{ada['id']}"
    changed = alice.patch(url, {"first_name": "Countess", "fields": {"city": None}}).json()
    assert (changed["first_name"], changed["fields"], changed["email"]) == ("Countess", {}, "Ada@x.com")
    listed = alice.get("subscribers").json()
    assert (listed["total"], listed["items"][0]["email"], listed["items"][0]["marks"]) == (1, "Ada@x.com", [])
    assert listed["counts"]["all"] == listed["counts"]["active"] == 1
    titles = [c["title"] for c in alice.get(f"{url}/changes").json()["items"]]
    assert titles == [
        "City: Porto → empty",
        "First name: Ada → Countess",
        "Tag added: VIP",
        "Created, confirmed",
    ]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"email": "nonsense"}, 422, "email"),
        ({"email": "ada@x.com"}, 409, "email"),
        ({"email": "b@x.com", "fields": {"nope": "x"}}, 422, "fields"),
        ({}, 422, "email"),
    ],
)
def test_what_cannot_be_added_says_what_to_do(alice: Person, body: dict, status: int, field: str) -> None:
    add(alice, "ada@x.com")
    refused = alice.post("subscribers", body)
    assert refused.status_code == status
    assert (refused.json()["field"], bool(refused.json()["help"])) == (field, True)


def test_the_list_is_filtered_by_state_tag_and_text(alice: Person) -> None:
    ada, bob = add(alice, "ada@x.com", tags=["A", "B"]), add(alice, "bob@x.com", tags=["A"])
    alice.post(f"subscribers/{bob['id']}/unsubscribe")
    a, b = (t["id"] for t in sorted(ada["tags"], key=lambda t: t["name"]))

    def emails(query: str) -> list[str]:
        found = alice.get(f"subscribers?{query}").json()
        assert found["total"] == len(found["items"])
        return [p["email"] for p in found["items"]]

    assert emails("state=cancelled") == ["bob@x.com"]
    assert emails(f"tag={a}") == ["bob@x.com", "ada@x.com"]
    assert emails(f"tag={a}&tag={b}") == ["ada@x.com"]
    assert emails("q=BOB") == ["bob@x.com"]
    assert emails("q=%25") == []
    assert emails("q=%00") == ["bob@x.com", "ada@x.com"]
    assert alice.get("subscribers?state=odd").status_code == 422


def test_adding_somebody_known_leaves_them_as_they_are(alice: Person) -> None:
    add(alice, "ada@x.com", first_name="Real")
    body = {"email": "ADA@x.com", "first_name": "Overwritten", "tags": ["New"]}
    assert alice.post("subscribers", body).status_code == 409
    (ada,) = alice.get("subscribers").json()["items"]
    assert (ada["first_name"], ada["tags"]) == ("Real", [])


def test_a_person_whose_tags_are_wrong_is_not_added(alice: Person) -> None:
    answer = alice.post("subscribers", {"email": "ada@x.com", "tags": [2**40]})
    assert answer.status_code == 404
    assert alice.get("subscribers").json()["total"] == 0


def test_a_deleted_tag_can_be_brought_back(alice: Person, charlie: Person) -> None:
    ada = add(alice, "ada@x.com", tags=["VIP"])
    gone = alice.delete(f"tags/{ada['tags'][0]['id']}")
    assert (gone.status_code, gone.json()["changed"]) == (200, 1)
    token = gone.json()["undo_token"]
    assert charlie.post("undo", {"token": token}).status_code == 422
    assert alice.post("undo", {"token": token[:-3] + "AA="}).status_code == 422
    assert alice.post("undo", {"token": token}).json() == {"changed": 1}
    assert alice.get(f"subscribers/{ada['id']}").json()["tags"] == ada["tags"]
    assert alice.post("undo", {"token": token}).status_code == 404
    titles = [c["title"] for c in alice.get(f"subscribers/{ada['id']}/changes").json()["items"]]
    assert titles[:2] == ["Tag added: VIP", "Tag removed: VIP"]


@pytest.mark.parametrize("token", ["bulk-²", "bulk-٣", "tag-é", "tag-AAAA", "bulk-", "import-" + "9" * 16])
def test_what_is_no_undo_token_is_refused(alice: Person, token: str) -> None:
    answer = alice.post("undo", {"token": token})
    assert (answer.status_code, answer.json()["field"]) == (422, "token")


def test_acts_on_many_can_be_taken_back(alice: Person) -> None:
    ids = [add(alice, f"p{n}@x.com")["id"] for n in range(3)]
    tag = alice.post("tags", {"name": "VIP"}).json()["id"]
    done = alice.post("subscribers/acts", {"act": "tag", "ids": ids, "tag_id": tag}).json()
    assert done["changed"] == 3
    assert alice.get("tags").json()["items"][0]["subscribers"] == 3
    assert alice.post("undo", {"token": done["undo_token"]}).json() == {"changed": 3}
    assert alice.post("undo", {"token": done["undo_token"]}).status_code == 404
    body = {"act": "unsubscribe", "filter": {"state": "active", "q": "p1"}}
    assert alice.post("subscribers/acts", body).json()["changed"] == 1
    gone = alice.post("subscribers/acts", {"act": "delete", "ids": ids[:1]}).json()
    assert gone == {"changed": 1, "undo_token": None}
    for bad in ({"act": "tag", "ids": ids}, {"act": "untag"}, {"act": "unsubscribe", "ids": [2**70]}):
        assert alice.post("subscribers/acts", bad).status_code == 422
    assert alice.post("undo", {"token": "nonsense"}).status_code == 422


def test_another_account_sees_and_changes_nothing(alice: Person, charlie: Person) -> None:
    ada = add(alice, "ada@x.com", tags=["VIP"])
    tag = ada["tags"][0]["id"]
    field = alice.post("custom_fields", {"label": "City"}).json()["id"]
    done = alice.post("subscribers/acts", {"act": "unsubscribe", "ids": [ada["id"]]}).json()
    url = f"subscribers/{ada['id']}"
    calls = [
        charlie.get(url), charlie.patch(url, {"first_name": "Eve"}), charlie.delete(url),
        charlie.post(f"{url}/unsubscribe"), charlie.post(f"{url}/tags", {"names": ["Eve"]}),
        charlie.delete(f"{url}/tags/{tag}"), charlie.get(f"{url}/emails"), charlie.get(f"{url}/changes"),
        charlie.patch(f"tags/{tag}", {"name": "Eve"}), charlie.delete(f"tags/{tag}"),
        charlie.patch(f"custom_fields/{field}", {"label": "Eve"}),
        charlie.delete(f"custom_fields/{field}"),
        charlie.post("undo", {"token": done["undo_token"]}),
    ]  # fmt: skip
    assert [c.status_code for c in calls] == [404] * len(calls)
    mine = {"act": "delete", "ids": [ada["id"]]}
    assert charlie.post("subscribers/acts", mine).json()["changed"] == 0
    assert alice.get(url).json()["first_name"] is None
    assert charlie.get("subscribers?state=all").json()["total"] == 0


def test_a_viewer_reads_and_changes_nothing(alice: Person, viewer: Person) -> None:
    ada = add(alice, "ada@x.com")
    assert viewer.get(f"subscribers/{ada['id']}").status_code == 200
    assert viewer.post("subscribers", {"email": "b@x.com"}).status_code == 403
    assert viewer.delete(f"subscribers/{ada['id']}").status_code == 403


def test_tags_and_fields_are_made_renamed_and_deleted(alice: Person) -> None:
    tag = alice.post("tags", {"name": "VIP"}).json()
    assert alice.post("tags", {"name": "vip"}).json()["code"] == "taken"
    assert alice.patch(f"tags/{tag['id']}", {"name": "Friends"}).json()["name"] == "Friends"
    assert alice.delete(f"tags/{tag['id']}").status_code == 200
    field = alice.post("custom_fields", {"label": "City"}).json()
    renamed = alice.patch(f"custom_fields/{field['id']}", {"label": "Town"}).json()
    assert (renamed["key"], renamed["aliases"]) == ("town", ["city"])
    add(alice, "a@x.com", fields={"city": "Porto"})
    assert alice.get("custom_fields").json()["items"][0]["people"] == 1
    assert alice.delete(f"custom_fields/{field['id']}").status_code == 204


def test_search_finds_people_tags_and_screens(alice: Person, charlie: Person) -> None:
    add(alice, "ada@x.com", first_name="Ada", tags=["Adventurers"])
    found = alice.get("search?q=ad").json()["items"]
    assert [(f["kind"], f["title"]) for f in found] == [("subscriber", "Ada"), ("tag", "Adventurers")]
    assert [f["url"] for f in alice.get("search?q=brod").json()["items"]] == []
    assert alice.get("search?q=broad").json()["items"][0]["url"] == "/app/broadcasts"
    assert charlie.get("search?q=ad").json()["items"] == []


def test_growth_sums_its_days(alice: Person) -> None:
    for n in range(3):
        add(alice, f"p{n}@x.com")
    found = alice.get("growth?days=30").json()
    assert (len(found["days"]), found["joined"], found["left"], found["net"]) == (30, 3, 0, 3)
    assert found["days"][-1]["total"] == 3


def test_one_email_tells_its_tries_opens_and_clicks(alice: Person, charlie: Person) -> None:
    """The drawer of the profile: the server's words, times, links; nobody else's."""
    from postroom.lib import sql
    from postroom.sending.models import DeliveryAttempt, Send
    from postroom.tracking.models import Engagement, LinkClick

    ada = add(alice, "ada@x.com")
    account = alice.account.pk
    send = Send.objects.create(account_id=account, kind="broadcast", mail_class=2, send_day="2026-11-19")
    row = {"account_id": account, "send_id": send.pk, "recipient_id": ada["id"], "nth": 0}
    sql.execute(
        "INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day, state, attempts, at)"
        " VALUES (%(account_id)s, %(send_id)s, %(recipient_id)s, 0, '2026-11-19', 'accepted', 2, now())",
        row,
    )
    DeliveryAttempt.objects.create(
        **row, attempt=1, outlet="smtp", stage="rcpt", code=451, text="4.7.1 Greylisted, come back later"
    )
    Engagement.objects.create(**row, opens=2, clicks=1, last_open_at="2026-11-19T09:00:00Z")
    LinkClick.objects.create(
        **row, link_no=1, url="https://a.example/notes", clicks=1, first_at="2026-11-19T09:00:00Z"
    )
    for at, kind, verdict, url in (
        ("08:30", "open", "machine", None),
        ("09:00", "click", "person", "https://a.example/notes"),
    ):
        sql.execute(
            "INSERT INTO hit (spool, spool_offset, day, account_id, send_id, recipient_id, nth, kind,"
            " verdict, url, at) VALUES ('t', %s, '2026-11-19', %s, %s, %s, 0, %s, %s, %s, %s)",
            [int(at[:2]), account, send.pk, ada["id"], kind, verdict, url, f"2026-11-19T{at}:00Z"],
        )
    (listed,) = alice.get(f"subscribers/{ada['id']}/emails").json()["items"]
    assert (listed["send_id"], listed["nth"], listed["mark"]) == (send.pk, 0, "clicked")
    url = f"subscribers/{ada['id']}/emails/{send.pk}"
    email = alice.get(url).json()
    assert (email["state"], email["attempts"], email["opens"]) == ("accepted", 2, 2)
    assert [(a["stage"], a["code"], a["text"]) for a in email["answers"]] == [
        ("rcpt", 451, "4.7.1 Greylisted, come back later")
    ]
    assert [(s["kind"], s["is_machine"], s["url"]) for s in email["signs"]] == [
        ("open", True, ""),
        ("click", False, "https://a.example/notes"),
    ]
    assert email["links"] == [{"url": "https://a.example/notes", "clicks": 1, "machine_clicks": 0}]
    assert charlie.get(url).status_code == 404
    assert alice.get(f"{url}?nth=1").status_code == 404
    assert alice.get(f"subscribers/{ada['id']}/emails/{send.pk + 1}").status_code == 404
