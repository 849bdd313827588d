"""`/api/1/inbox`: messages as received, each account its own, and a sentence that says nothing has left."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from postroom.sending import inbox
from tests.support.door import Person

SOURCE = (
    b"From: Alice <alice@example.com>\r\nTo: ada@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"List-Id: <list.1.example.com>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello text\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>html</b></p>\r\n--b--\r\n"
)


def keep(person: Person, count: int = 1, *, to: str = "ada@example.com", subject: str = "Grüße") -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sending_standing_send(%s, 'test', 1, 0)", [person.account.pk])
        send = cursor.fetchone()[0]
        for n in range(count):
            cursor.execute(
                "INSERT INTO inbox_message (account_id, send_id, recipient_id, nth, send_day, mail_from,"
                " rcpt_to, subject, raw, size_bytes) VALUES (%s, %s, 1, (SELECT count(*) FROM inbox_message),"
                " current_date, 'alice@example.com', %s, %s, %s, %s)",
                [person.account.pk, send, to, f"{subject} {n}", SOURCE, len(SOURCE)],
            )


def first(person: Person) -> dict[str, Any]:
    return person.get("inbox").json()["items"][0]


def test_the_newest_stands_first_and_the_note_says_that_nothing_left(alice: Person) -> None:
    keep(alice, 3)
    body = alice.get("inbox").json()
    assert [item["subject"] for item in body["items"]] == ["Grüße 2", "Grüße 1", "Grüße 0"]
    assert body["total"] == 3
    assert "Nothing here has left it" in body["note"]
    item = body["items"][0]
    assert (item["to"], item["kind"], item["account"]) == ("ada@example.com", "test", "Slow Mornings")
    assert item["received_at"].endswith("Z")


def test_search_takes_signs_literally(alice: Person) -> None:
    keep(alice, 1, subject="50% off")
    keep(alice, 1, subject="Other")
    assert alice.get("inbox?q=50%25").json()["total"] == 1
    assert alice.get("inbox?q=_").json()["total"] == 0


def test_a_message_is_shown_as_received(alice: Person) -> None:
    keep(alice)
    body = alice.get(f"inbox/{first(alice)['id']}").json()
    assert body["text"].strip() == "Hello text"
    assert body["html"].strip() == "<p>Hello <b>html</b></p>"
    assert ["Subject", "Grüße"] in body["headers"]
    assert body["source"].encode() == SOURCE


def test_a_look_at_a_message_is_no_opening(alice: Person) -> None:
    """The pixel that a reader's mail program would load is left out of what is shown, and of nothing else."""
    from postroom.lib.signing import Keyring
    from postroom.sending.compile import Letter, Recipient, compile_letter

    letter = Letter(
        account_id=alice.account.pk,
        send_id=1,
        send_day=20_000,
        subject="Hello",
        text="Hello",
        html='<p>Look: <img src="https://pictures.example/o/garden.png" width="1" height="10"></p>',
        from_email="alice@example.com",
        edge_url="http://edge.example:8001",
        public_url="https://p.example",
        domain="example.com",
    )
    raw = compile_letter(letter, Keyring([b"k" * 32])).assemble(Recipient(7, "ada@example.com"))
    keep(alice)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inbox_message SET raw = %s", [raw])
    body = alice.get(f"inbox/{first(alice)['id']}").json()
    assert "http://edge.example:8001/o/" not in body["html"]
    assert "https://pictures.example/o/garden.png" in body["html"]
    assert body["source"].encode() == raw
    assert b"/o/" in raw


def test_charlie_never_sees_it(alice: Person, charlie: Person) -> None:
    keep(alice)
    number = first(alice)["id"]
    assert charlie.get("inbox").json()["total"] == 0
    answer = charlie.get(f"inbox/{number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "message_not_found")
    assert charlie.delete("inbox").json() == {"deleted": 0}
    assert alice.get("inbox").json()["total"] == 1


def test_a_viewer_looks_and_an_editor_empties(alice: Person, viewer: Person, bob: Person) -> None:
    keep(alice, 2)
    assert viewer.get("inbox").json()["total"] == 2
    assert viewer.delete("inbox").status_code == 403
    assert bob.delete("inbox").json() == {"deleted": 2}
    assert alice.get("inbox").json()["items"] == []


def test_only_who_runs_the_installation_sees_its_own_mail(alice: Person, bob: Person) -> None:
    from postroom.accounts.services import installation_account

    own = Person(alice.user, installation_account(), alice.client)
    keep(own)
    assert alice.get("inbox").json()["total"] == 1
    assert bob.get("inbox").json()["total"] == 0


@pytest.mark.parametrize(
    ("most", "most_bytes", "left"),
    [(2, 10**9, [5, 4]), (100, len(SOURCE) * 3 + 5, [5, 4, 3]), (100, 10**9, [5, 4, 3, 2, 1, 0])],
)
def test_the_newest_stay_within_both_bounds(
    alice: Person, most: int, most_bytes: int, left: list[int]
) -> None:
    from postroom.accounts.services import installation_account

    other = Person(alice.user, installation_account(), alice.client)
    keep(other, 2)
    keep(alice, 6)
    inbox.trim(most=most, most_bytes=most_bytes)
    assert inbox.count_messages(account_ids=[other.account.pk]) == 2, "each account has its own bounds"
    found, _ = inbox.list_messages(account_ids=[alice.account.pk])
    assert [item.subject for item in found] == [f"Grüße {n}" for n in left]
