"""The report and its tabs through the native API."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(alice):
    """A letter to four people: one opened and clicked, one loaded by a machine, one refused, one silent."""
    from django.utils import timezone

    from postroom.broadcasts.models import Broadcast
    from postroom.content.document import empty_document
    from postroom.lib import clock, sql
    from postroom.sending.models import Send

    account_id = alice.account.pk
    broadcast = Broadcast.objects.create(
        account_id=account_id, state="completed", subject="Hello", body=empty_document(),
        from_name="Alice", from_email="alice@example.com",
    )  # fmt: skip
    send = Send.objects.create(
        account_id=account_id, kind="broadcast", subject_id=broadcast.pk, mail_class=2,
        send_day=clock.today(), flow="finished", planned=4, started_at=timezone.now(),
    )  # fmt: skip
    Broadcast.objects.filter(id=broadcast.pk).update(send_id=send.pk)
    sql.execute(
        "INSERT INTO subscriber (account_id, email, email_key, state) SELECT %s, 'p' || n || '@example.com',"
        " 'p' || n || '@example.com', 'active' FROM generate_series(1, 4) n",
        [account_id],
    )
    sql.execute(
        "INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day, state, reason, code)"
        " SELECT %s, %s, id, 0, %s, CASE email WHEN 'p3@example.com' THEN 'refused' ELSE 'accepted' END,"
        " CASE email WHEN 'p3@example.com' THEN 'policy' END, 250 FROM subscriber WHERE account_id = %s",
        [account_id, send.pk, clock.today(), account_id],
    )
    sql.execute(
        "INSERT INTO engagement (account_id, send_id, recipient_id, nth, opens, machine_opens, clicks,"
        " machine_clicks, first_open_at, first_click_at, first_machine_at)"
        " SELECT %s, %s, id, 0, a, b, a, 0, CASE WHEN a > 0 THEN now() END, CASE WHEN a > 0 THEN now() END,"
        " CASE WHEN b > 0 THEN now() END FROM subscriber"
        " JOIN (VALUES ('p1@example.com', 1, 0), ('p2@example.com', 0, 1)) v (email, a, b) USING (email)"
        " WHERE account_id = %s",
        [account_id, send.pk, account_id],
    )
    sql.execute(
        "INSERT INTO link_click (account_id, send_id, link_no, recipient_id, nth, url, clicks,"
        " machine_clicks, first_at) SELECT %s, %s, 1, id, 0, 'https://a.example/x', 1, 0, now()"
        " FROM subscriber WHERE account_id = %s AND email = 'p1@example.com'",
        [account_id, send.pk, account_id],
    )
    return broadcast.pk


def test_the_report_balances_and_counts_people(alice, sent):
    body = alice.get(f"broadcasts/{sent}/report").json()
    line = body["ledger"]
    terms = ("delivered", "bounced", "refused", "uncertain", "excluded", "cancelled", "deferred", "open")
    assert line["balances"] is True
    assert line["planned"] == sum(line[term] for term in terms) == 4
    assert (body["opened_people"], body["clicked_people"], body["machine_only"], body["no_sign"]) == (
        1,
        1,
        1,
        1,
    )
    assert body["open_rate"] == pytest.approx(1 / 3, abs=0.001)


def test_links_and_timeline_agree_with_it(alice, sent):
    (link,) = alice.get(f"broadcasts/{sent}/links").json()["items"]
    assert (link["url"], link["people"], link["clicks"]) == ("https://a.example/x", 1, 1)
    points = alice.get(f"broadcasts/{sent}/timeline").json()["points"]
    assert (points[0]["people"], points[-1]["machines"] <= 1) == (0, True)
    assert alice.get(f"broadcasts/{sent}/timeline?step=day").status_code == 422


SIGNS = [
    ("", 4), ("delivered", 3), ("refused", 1), ("opened", 1), ("clicked", 1), ("machine_only", 1),
    ("no_sign", 1), ("unsubscribed", 0),
]  # fmt: skip


@pytest.mark.parametrize(("state", "total"), SIGNS)
def test_people_by_what_became_of_them(alice, sent, state, total):
    body = alice.get(f"broadcasts/{sent}/people?state={state}").json()
    assert body["total"] == len(body["items"]) == total


@pytest.mark.parametrize("state", ["", "delivered", "no_sign", "opened", "machine_only"])
def test_people_are_read_on_behind_the_last_one(alice, sent, state):
    whole = alice.get(f"broadcasts/{sent}/people?state={state}").json()
    ids, after = [], 0
    while True:
        body = alice.get(f"broadcasts/{sent}/people?state={state}&per_page=1&after={after}").json()
        assert body["total"] == whole["total"]
        if not body["items"]:
            break
        after = body["items"][0]["subscriber_id"]
        ids.append(after)
    assert ids == sorted(row["subscriber_id"] for row in whole["items"])


def test_a_page_of_people_is_the_same_rows_by_its_number(alice, sent):
    whole = [row["subscriber_id"] for row in alice.get(f"broadcasts/{sent}/people").json()["items"]]
    pages = [alice.get(f"broadcasts/{sent}/people?per_page=2&page={page}").json() for page in (1, 2, 3)]
    assert [[row["subscriber_id"] for row in page["items"]] for page in pages] == [whole[:2], whole[2:], []]
    assert {page["total"] for page in pages} == {4}


def _copy_of(sent):
    """Another sent letter, with a send of its own of which everything was delivered."""
    from postroom.broadcasts.models import Broadcast
    from postroom.sending.models import Send

    letter = Broadcast.objects.get(id=sent)
    send = Send.objects.get(id=letter.send_id)
    send.pk, send.tally = None, [["accepted", None, 4]]
    send.save()
    letter.pk, letter.send_id = None, send.pk
    letter.started_at = letter.finished_at = send.started_at
    letter.save()
    return letter


def test_a_list_of_sent_letters_costs_no_statement_for_each(alice, sent, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from postroom.broadcasts.models import Broadcast
    from postroom.lib import clock

    Broadcast.objects.filter(id=sent).update(started_at=clock.now(), finished_at=clock.now())
    for path in ("broadcasts?tab=sent", "home"):
        _copy_of(sent)
        alice.get(path)
        with CaptureQueriesContext(connection) as few:
            alice.get(path)
        for _ in range(3):
            _copy_of(sent)
        with django_assert_max_num_queries(len(few)):
            body = alice.get(path).json()
        items = body.get("items") or body["broadcasts"]
        figures = [item.get("report") or item for item in items]
        assert {line["delivered"] for line in figures} <= {3, 4}
        assert max(line["open_rate"] for line in figures) == pytest.approx(1 / 3, abs=0.001)


def test_a_draft_has_no_report_and_says_why(alice):
    draft = alice.post("broadcasts", {"subject": "x"}).json()
    answer = alice.get(f"broadcasts/{draft['id']}/report")
    assert answer.status_code == 404
    assert "has not been sent" in answer.json()["message"]


@pytest.mark.parametrize("tab", ["report", "links", "timeline", "people"])
def test_another_accounts_report_does_not_exist(charlie, sent, tab):
    assert charlie.get(f"broadcasts/{sent}/{tab}").status_code == 404


def _letter(account):
    """A letter with words in it, ready to leave."""
    from postroom.broadcasts import services

    return services.create(account_id=account.pk, subject="Hello", from_email="alice@example.com")


def test_a_follow_up_goes_to_those_who_gave_no_sign(alice, sent):
    """p1 opened, p3 was refused; p2 (a machine only) and p4 (silent) remain, until p4 opens after all."""
    from postroom.lib import sql

    answer = alice.post(f"broadcasts/{sent}/follow_up", {"subject": "Did you see this?"})
    assert answer.status_code == 201, answer.json()
    draft = answer.json()
    assert (draft["state"], draft["subject"], draft["copy_of"]) == ("draft", "Did you see this?", sent)
    assert draft["audience_text"] == "Did not open “Hello”"
    assert draft["audience_count"] == 2
    found = alice.get(f"broadcasts/{draft['id']}/audience").json()
    assert sorted(each["email"] for each in found["sample"]) == ["p2@example.com", "p4@example.com"]
    assert alice.post("broadcasts/audience", {"audience": draft["audience"]}).json() == {"count": 2}
    sql.execute(
        "INSERT INTO engagement (account_id, send_id, recipient_id, nth, opens, machine_opens, clicks,"
        " machine_clicks, first_open_at) SELECT account_id, %s, id, 0, 1, 0, 0, 0, now() FROM subscriber"
        " WHERE account_id = %s AND email = 'p4@example.com'",
        [draft["audience"]["not_opened"], alice.account.pk],
    )
    assert alice.get(f"broadcasts/{draft['id']}").json()["audience_count"] == 1


def test_a_follow_up_is_expanded_to_the_same_people(alice, sent):
    """What leaves is what the screen counted; another tag in the audience narrows it further."""
    from postroom.broadcasts import loops, services
    from postroom.broadcasts.models import Broadcast
    from postroom.lib import sql

    draft = alice.post(f"broadcasts/{sent}/follow_up", {"subject": "Once more"}).json()
    alice.patch(f"broadcasts/{draft['id']}", {"revision": 1, "body": {"html": "<p>Again</p>"}})
    letter = Broadcast.objects.get(id=draft["id"])
    alice.account.postal_address = "1 Rua do Sol"
    alice.account.save()
    services.schedule(account_id=alice.account.pk, broadcast_id=letter.pk, at=None)
    letter.refresh_from_db()
    loops._expand_slice(letter)
    rows = sql.rows(
        "SELECT p.email FROM delivery d JOIN subscriber p ON p.account_id = d.account_id"
        " AND p.id = d.recipient_id WHERE d.account_id = %s AND d.send_id = %s ORDER BY 1",
        [alice.account.pk, letter.send_id],
    )
    assert [row["email"] for row in rows] == ["p2@example.com", "p4@example.com"]


def test_a_follow_up_needs_a_letter_that_was_sent(alice, charlie, sent):
    draft = _letter(alice.account)
    answer = alice.post(f"broadcasts/{draft.pk}/follow_up", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert answer.json()["help"]
    assert charlie.post(f"broadcasts/{sent}/follow_up", {}).status_code == 404


def test_an_audience_names_no_send_of_somebody_else(alice, charlie, sent):
    from postroom.broadcasts.models import Broadcast

    theirs = _letter(charlie.account)
    audience = {"not_opened": Broadcast.objects.get(id=sent).send_id}
    changes = {"revision": 1, "audience": audience}
    answer = charlie.patch(f"broadcasts/{theirs.pk}", changes)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_audience")
    counted = charlie.post("broadcasts/audience", {"audience": audience})
    assert counted.status_code == 404
    assert charlie.post("broadcasts/audience", {"audience": {"not_opened": "7"}}).status_code == 422


def test_the_ledger_is_a_file_with_a_line_for_everybody(alice, charlie, sent, monkeypatch):
    import csv
    import io

    from postroom.lib import sql
    from postroom.tracking import queries

    monkeypatch.setattr(queries, "LEDGER_PAGE", 2)
    sql.execute(
        "UPDATE subscriber SET first_name = '=HYPERLINK(1)' WHERE account_id = %s"
        " AND email = 'p1@example.com'",
        [alice.account.pk],
    )
    answer = alice.get(f"broadcasts/{sent}/ledger.csv")
    assert answer.streaming
    assert f'filename="ledger-{sent}.csv"' in answer["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [line["email"] for line in lines] == [f"p{n}@example.com" for n in range(1, 5)]
    first, second, third, fourth = lines
    assert first["name"] == "'=HYPERLINK(1)"
    assert (first["clicks"], bool(first["opened_at"]), bool(first["clicked_at"])) == ("1", True, True)
    assert (second["opened_at"], bool(second["machine_at"])) == ("", True)
    assert (third["state"], third["reason"]) == ("refused", "policy")
    assert (fourth["state"], fourth["opened_at"], fourth["at"] != "") == ("accepted", "", True)
    assert charlie.get(f"broadcasts/{sent}/ledger.csv").status_code == 404


def test_the_queue_names_the_sites_a_letter_goes_to(alice, charlie, sent):
    body = alice.get(f"broadcasts/{sent}/queue").json()
    (site,) = body["sites"]
    assert (site["site"], site["planned"], site["delivered"], site["refused"]) == ("example.com", 4, 3, 1)
    assert body["counted_at"] is not None
    draft = _letter(alice.account)
    assert alice.get(f"broadcasts/{draft.pk}/queue").json() == {"counted_at": None, "sites": [], "speed": []}
    assert charlie.get(f"broadcasts/{sent}/queue").status_code == 404
