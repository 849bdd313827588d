"""The report and its tabs through the native API."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(alice):
    """A letter to four people: one opened and clicked, one loaded by a machine, one refused, one silent."""
    from django.utils import timezone

    from postroom.broadcasts.models import Broadcast
    from postroom.lib import clock, sql
    from postroom.sending.models import Send

    account_id = alice.account.pk
    broadcast = Broadcast.objects.create(account_id=account_id, state="completed", subject="Hello")
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


def test_a_draft_has_no_report_and_says_why(alice):
    draft = alice.post("broadcasts", {"subject": "x"}).json()
    answer = alice.get(f"broadcasts/{draft['id']}/report")
    assert answer.status_code == 404
    assert "has not been sent" in answer.json()["message"]


@pytest.mark.parametrize("tab", ["report", "links", "timeline", "people"])
def test_another_accounts_report_does_not_exist(charlie, sent, tab):
    assert charlie.get(f"broadcasts/{sent}/{tab}").status_code == 404
