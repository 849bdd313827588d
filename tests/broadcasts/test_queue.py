"""Where a broadcast goes: sites, their last answers, the speed."""

from datetime import timedelta
from itertools import pairwise

import pytest

from postroom.broadcasts import queue, sites
from postroom.lib import clock, sql
from postroom.sending.models import Send

ANSWERS = [
    ((451, "4.7.650", "The mail server has been temporarily rate limited"), "slower"),
    ((421, "4.7.0", "Too many connections from your host"), "slower"),
    ((450, "4.2.0", "Greylisted, please try again"), "later"),
    ((452, "4.2.2", "Mailbox full"), "full"),
    ((550, "5.1.1", "No such user"), "no_address"),
    ((550, "5.7.1", "Message refused, link found on a block list"), "blocked"),
    ((550, "5.7.26", "Unauthenticated mail"), "identity"),
    ((554, "5.6.0", "Content not accepted"), "filters"),
    ((550, None, "Go away"), "refused"),
    ((None, None, "connection lost"), "later"),
]


@pytest.mark.parametrize(("answer", "word"), ANSWERS)
def test_an_answer_is_one_word(answer, word):
    assert sites.said(*answer) == word


def test_every_domain_has_one_site():
    assert sites.SITE_OF["hotmail.com"] == sites.SITE_OF["outlook.com"] == "outlook.com"
    assert sites.name_of("outlook.com")
    assert not sites.name_of("example.com")
    assert set(sites.SITE_OF.values()) <= set(sites.SITE_OF)


@pytest.fixture
def send(alice):
    """Half of it has left: four mailboxes at two houses, a refusal, a slow answer, small sites."""
    addresses = ["a@gmail.com", "b@googlemail.com", "c@gmail.com", "d@hotmail.com", "e@outlook.com"]
    addresses += [f"p@site{n}.example" for n in range(9)]
    states = ["accepted", "accepted", "planned", "deferred", "refused"] + ["planned"] * 9
    ids = [
        sql.row(
            "INSERT INTO subscriber (account_id, email, email_key, state) VALUES (%s, %s, %s, 'active')"
            " RETURNING id",
            [alice.pk, address, address],
        )["id"]
        for address in addresses
    ]
    made = Send.objects.create(
        account_id=alice.pk, kind="broadcast", subject_id=1, mail_class=2, send_day=clock.today(),
        planned=len(ids), started_at=clock.now() - timedelta(seconds=30),
    )  # fmt: skip
    for person, state in zip(ids, states, strict=True):
        sql.execute(
            "INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day, state, at)"
            " VALUES (%s, %s, %s, 0, %s, %s, now() - interval '10 seconds')",
            [alice.pk, made.pk, person, clock.today(), state],
        )
    answers = [(450, "4.2.0", "Greylisted"), (451, "4.7.650", "rate limited")]
    for person, (code, enhanced, text) in zip([ids[3], ids[4]], answers, strict=True):
        sql.execute(
            "INSERT INTO delivery_attempt (account_id, send_id, recipient_id, nth, attempt, outlet, stage,"
            " code, enhanced, text) VALUES (%s, %s, %s, 0, 1, 'relay', 'rcpt', %s, %s, %s)",
            [alice.pk, made.pk, person, code, enhanced, text],
        )
    return made


def test_the_largest_sites_come_first_and_the_rest_is_one_line(send):
    found = queue.queue(send).sites
    assert [(each.site, each.planned) for each in found[:2]] == [("gmail.com", 3), ("outlook.com", 2)]
    gmail, outlook, *_, rest = found
    assert (gmail.delivered, gmail.open, gmail.said) == (2, 1, "")
    assert gmail.rate_per_s > 0
    assert gmail.done_at is not None
    assert (outlook.deferred, outlook.refused, outlook.said) == (1, 1, "slower")
    assert outlook.done_at is None, "nothing left for it lately, so nobody can say"
    assert len(found) == queue.MOST_SITES + 1
    assert (rest.site, rest.sites, rest.planned) == ("", 3, 3)
    assert sum(each.planned for each in found) == send.planned


def test_a_paused_send_has_no_end(send):
    Send.objects.filter(id=send.pk).update(flow="paused")
    send.refresh_from_db()
    assert all(each.done_at is None for each in queue.queue(send).sites)


def test_speed_is_drawn_from_the_start_in_whole_stretches(send):
    points = queue.queue(send).speed
    assert len(points) == 10, "thirty seconds by three: few messages, so longer stretches"
    assert [each.rate_per_s for each in points if each.rate_per_s] == [1.0], "two accepted, one refused"
    assert all(later.at - each.at == timedelta(seconds=3) for each, later in pairwise(points))


def test_a_large_send_is_counted_once_until_it_moves(send, monkeypatch):
    monkeypatch.setattr(queue, "LARGE", 1)
    first = queue.queue(send)
    assert queue.queue(send) is first
    Send.objects.filter(id=send.pk).update(flow="paused")
    send.refresh_from_db()
    assert queue.queue(send) is not first
