"""`POST /api/1/broadcasts/{id}/resend`: how many went back on their way, or why none did."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tests.doors.native.test_broadcasts import _room_on_the_disk, ready, turn, write  # noqa: F401
from tests.support.door import Person


def execute(statement: str, parameters: Any = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_refused_and_uncertain_ones_are_sent_again(ready: Person, charlie: Person) -> None:  # noqa: F811
    letter = write(ready)
    url = f"broadcasts/{letter['id']}"
    assert ready.post(f"{url}/resend", {"which": "refused"}).status_code == 409
    ready.post(f"{url}/schedule", {"at": None})
    turn()
    execute("UPDATE delivery SET state = 'refused', reason = 'content'")
    execute("UPDATE chunk SET state = 'done'")
    turn()
    assert ready.get(f"{url}/progress").json()["refused"] == 3
    nothing = ready.post(f"{url}/resend", {})
    assert nothing.status_code == 409
    assert nothing.json()["code"] == "nothing_to_resend"
    assert "nothing to send again" in nothing.json()["message"]
    assert nothing.json()["help"]
    assert charlie.post(f"{url}/resend", {"which": "refused"}).status_code == 404
    again = ready.post(f"{url}/resend", {"which": "refused"})
    assert (again.status_code, again.json()) == (200, {"count": 3})
    now = ready.get(f"{url}/progress").json()
    assert (now["state"], now["open"], now["refused"], now["balances"]) == ("sending", 3, 0, True)
    assert ready.post(f"{url}/resend", {"which": "everything"}).status_code == 422


def test_a_letter_says_what_becomes_of_lost_answers(ready: Person) -> None:  # noqa: F811
    letter = write(ready)
    assert letter["ambiguous"] == ""
    url = f"broadcasts/{letter['id']}"
    saved = ready.patch(url, {"revision": letter["revision"], "ambiguous": "hold"})
    assert saved.status_code == 200
    assert ready.get(url).json()["ambiguous"] == "hold"
    bad = ready.patch(url, {"revision": saved.json()["revision"], "ambiguous": "maybe"})
    assert (bad.status_code, bad.json()["field"]) == (422, "ambiguous")
