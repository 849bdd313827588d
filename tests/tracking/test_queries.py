"""Reports balance, people count once, machines stay outside, other accounts see nothing."""

from itertools import pairwise

import pytest

from postroom.sending.errors import SendNotFound
from postroom.tracking import queries, services

from .conftest import make_letter


@pytest.fixture
def read(letter, drain):
    letter.hit("open", 0, 1500)
    letter.hit("open", 0, 1400)
    letter.hit("click", 0, 1390, no=1)
    letter.hit("click", 1, 1300, no=1)  # pictures off: a click is a sign as well
    letter.hit("open", 2, 1200, agent="Mozilla/5.0")
    letter.hit("unsubscribe", 3, 100)
    drain()
    services.settle_clicks()
    return letter


def test_a_report_counts_people_once(read):
    report = queries.report(read.account_id, read.send_id)
    sums = report.sums
    assert (sums.opened_people, sums.clicked_people, sums.clicks) == (2, 2, 2)
    assert (sums.machine_only, sums.unsubscribed, report.no_sign) == (1, 1, 2)
    assert (report.open_rate, report.click_rate) == (0.4, 0.4)
    assert report.ledger.balances
    assert sums.opened_people + sums.machine_only + report.no_sign == report.ledger.accepted


def test_a_report_of_another_account_does_not_exist(read):
    other = read.house.account("Bob")
    with pytest.raises(SendNotFound):
        queries.report(other, read.send_id)
    assert queries.links(other, read.send_id) == []
    assert queries.email_history(other, read.people[0]) == []
    assert queries.marks_of(other, read.send_id, read.people) == {}
    assert queries.last_marks(other, read.people)[read.people[0]] == []


def test_links_name_who_followed_them(read):
    (link,) = queries.links(read.account_id, read.send_id)
    assert (link.no, link.people, link.clicks, link.machine_clicks) == (1, 2, 2, 0)
    assert (link.url, link.label) == ("https://a.example/1", "a.example/1")


def test_links_carry_their_words_and_those_nobody_followed_stand_below(read):
    link = {
        "type": "text",
        "text": "The notes",
        "marks": [{"type": "link", "attrs": {"href": "https://a.example/1"}}],
    }
    button = {"type": "button", "attrs": {"label": "Read on", "href": "https://a.example/9"}}
    body = {"v": 1, "doc": {"type": "doc", "content": [{"type": "paragraph", "content": [link]}, button]}}
    from psycopg.types.json import Jsonb

    read.house.db.execute("UPDATE content_version SET body = %s", [Jsonb(body)])
    found = queries.links(read.account_id, read.send_id)
    assert [(link.label, link.people) for link in found] == [("The notes", 2), ("Read on", 0)]


def test_the_timeline_ends_at_the_report(read):
    points = queries.timeline(read.account_id, read.send_id)
    assert (points[0].people, points[0].machines, points[0].clicked) == (0, 0, 0)
    assert (points[-1].people, points[-1].machines, points[-1].clicked) == (2, 1, 2)
    assert all(a.people <= b.people and a.at < b.at for a, b in pairwise(points))
    hours = queries.timeline(read.account_id, read.send_id, "hour")
    assert sum(point.people for point in hours) == 2


def test_a_persons_history_says_what_happened(read):
    (email,) = queries.email_history(read.account_id, read.people[0])
    assert (email.mark, email.subject, email.text) == ("clicked", "Hello", "Clicked a link")
    (email,) = queries.email_history(read.account_id, read.people[2])
    assert (email.mark, email.text) == ("delivered", "Delivered; only a machine loaded it")
    assert queries.count_marks([email]) == {"delivered": 1, "opened": 0, "clicked": 0, "dropped": 0}


def test_marks_come_newest_last_and_at_most_five(read):
    first = read.people[0]
    for _ in range(5):
        send_id = make_letter(read.house, read.account_id, read.people)
    read.house.db.execute(
        "UPDATE delivery SET state = 'refused' WHERE send_id = %s AND recipient_id = %s", [send_id, first]
    )
    read.house.db.execute(
        "UPDATE delivery SET at = now() - interval '1 hour' WHERE send_id = %s", [read.send_id]
    )
    read.house.db.execute("UPDATE delivery SET at = now() WHERE send_id = %s", [send_id])
    marks = queries.last_marks(read.account_id, read.people)[first]
    assert marks == ["delivered"] * 4 + ["dropped"]


def test_a_rehearsal_is_no_history(read):
    read.house.db.execute("UPDATE send SET rehearsed = true")
    assert queries.email_history(read.account_id, read.people[0]) == []
    assert queries.last_marks(read.account_id, read.people)[read.people[0]] == []
    read.house.db.execute("UPDATE account SET is_demo = true")
    assert len(queries.email_history(read.account_id, read.people[0])) == 1
