"""A broadcast's way: each act by its state before and after, the ledger beside it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from postroom.accounts.models import Account, Notice
from postroom.broadcasts import loops, services
from postroom.broadcasts.errors import BadAudience, BadTime, BroadcastNotFound, NotReady, Stale, WrongState
from postroom.broadcasts.models import Broadcast
from postroom.lib import clock
from postroom.sending import queries as sending
from postroom.sending.errors import TooManyTests
from postroom.sending.models import Send
from postroom.subscribers.models import Tag
from tests.broadcasts.support import BODY, NEVER, turn
from tests.support.mailing import House


def write(account: Account, **content: Any) -> Broadcast:
    return services.create(account_id=account.pk, **({"subject": "Hello", "body": BODY} | content))


def send_now(broadcast: Broadcast) -> Broadcast:
    return services.schedule(account_id=broadcast.account_id, broadcast_id=broadcast.pk, at=None)


def fresh(broadcast: Broadcast) -> Broadcast:
    broadcast.refresh_from_db()
    return broadcast


def keys(broadcast: Broadcast) -> dict[str, int]:
    return {"account_id": broadcast.account_id, "broadcast_id": broadcast.pk}


def deliver(house: House, broadcast: Broadcast) -> None:
    """What a sender would do, at once."""
    send = fresh(broadcast).send_id
    house.db.execute(
        "UPDATE delivery SET state = 'accepted' WHERE send_id = %s AND state = 'planned'", [send]
    )
    house.db.execute("UPDATE chunk SET state = 'done' WHERE send_id = %s", [send])


# Drafts


def test_a_draft_starts_with_the_accounts_address(alice: Account) -> None:
    draft = services.create(account_id=alice.pk)
    assert (draft.state, draft.from_email, draft.revision) == ("draft", alice.from_email, 1)


def test_a_save_counts_and_a_stale_one_is_refused(alice: Account) -> None:
    draft = write(alice)
    saved = services.save(**keys(draft), revision=1, changes={"subject": "Two\r\nlines"})
    assert (saved.revision, saved.subject) == (2, "Two lines")
    with pytest.raises(Stale) as caught:
        services.save(**keys(draft), revision=1, changes={"subject": "Old"})
    assert "revision 2" in caught.value.help
    assert fresh(draft).subject == "Two lines"


def test_tags_of_another_account_are_no_audience(alice: Account, charlie: Account) -> None:
    theirs = Tag.objects.create(account=charlie, name="Theirs")
    with pytest.raises(BadAudience):
        write(alice, audience={"include": {"tags": [theirs.pk]}})


def test_a_letter_on_its_way_cannot_be_changed_or_deleted(house: House, alice: Account) -> None:
    house.people(alice.pk, 1)
    letter = send_now(write(alice))
    with pytest.raises(WrongState):
        services.save(**keys(letter), revision=None, changes={"subject": "Too late"})
    with pytest.raises(WrongState):
        services.delete(**keys(letter))


def test_nobody_reaches_another_accounts_letter(alice: Account, charlie: Account) -> None:
    letter = write(alice)
    theirs = {"account_id": charlie.pk, "broadcast_id": letter.pk}
    acts = [services.delete, services.duplicate, services.unschedule, services.pause, services.resume]
    for act in [*acts, services.cancel, services.send_anyway, services.send_for_real]:
        with pytest.raises(BroadcastNotFound):
            act(**theirs)
    with pytest.raises(BroadcastNotFound):
        services.save(**theirs, revision=1, changes={"subject": "Mine"})
    with pytest.raises(BroadcastNotFound):
        services.schedule(**theirs, at=None)
    with pytest.raises(BroadcastNotFound):
        services.test_send(**theirs, to=["a@example.com"])
    assert fresh(letter).revision == 1


# Scheduling


@pytest.mark.parametrize(
    ("content", "account", "field"),
    [
        ({"subject": ""}, {}, "subject"),
        ({"body": {"v": 1, "doc": {"type": "doc", "content": [{"type": "paragraph"}]}}}, {}, "body"),
        ({"body": {"html": " \n"}}, {}, "body"),
        ({"from_email": ""}, {"from_email": ""}, "from_email"),
        ({}, {"postal_address": " "}, "postal_address"),
    ],
)
def test_what_is_missing_is_named(
    house: House, alice: Account, content: dict, account: dict, field: str
) -> None:
    house.people(alice.pk, 1)
    Account.objects.filter(id=alice.pk).update(**account)
    letter = write(alice, **content)
    with pytest.raises(NotReady) as caught:
        send_now(letter)
    assert caught.value.field == field
    assert fresh(letter).state == "draft"


def test_an_empty_sender_is_the_accounts_as_it_stands_now(house: House, alice: Account) -> None:
    house.people(alice.pk, 1)
    letter = write(alice, from_email="", from_name="")
    Account.objects.filter(id=alice.pk).update(from_email="new@example.com", from_name="Alice")
    send_now(letter)
    assert fresh(letter).sender == ("Alice", "new@example.com")
    assert fresh(letter).state != "draft"


def test_a_letter_to_nobody_is_refused(alice: Account) -> None:
    with pytest.raises(NotReady, match="Nobody"):
        send_now(write(alice))


def test_a_wall_time_is_kept_with_its_zone(house: House, alice: Account) -> None:
    house.people(alice.pk, 1)
    letter = write(alice)
    later = services.schedule(**keys(letter), at="2031-07-01T08:00", zone="Europe/Berlin")
    assert later.state == "scheduled"
    assert later.send_at.isoformat() == "2031-07-01T06:00:00+00:00"
    assert (later.send_wall, later.send_zone) == ("2031-07-01T08:00", "Europe/Berlin")
    turn()
    assert fresh(letter).state == "scheduled"
    assert services.unschedule(**keys(letter)).state == "draft"


def test_a_time_that_has_passed_is_refused(house: House, alice: Account) -> None:
    house.people(alice.pk, 1)
    with pytest.raises(BadTime):
        services.schedule(**keys(write(alice)), at="2020-01-01T08:00", zone="UTC")


def test_times_follow_the_rules_of_their_zone(house: House, alice: Account) -> None:
    house.people(alice.pk, 1)
    letter = write(alice)
    services.schedule(**keys(letter), at="2031-07-01T08:00", zone="Europe/Berlin")
    Broadcast.objects.update(send_at=clock.now() + timedelta(days=900))  # as if computed by older rules
    loops.renew_times(NEVER)
    assert fresh(letter).send_at.isoformat() == "2031-07-01T06:00:00+00:00"


# Start, expansion, end


def test_a_letter_goes_from_now_to_sent(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 3)
    house.people(alice.pk, 2, prefix="gone", state="cancelled")
    letter = send_now(write(alice))
    assert letter.state == "expanding"
    turn()
    assert fresh(letter).state == "queued"
    assert house.states(letter.send_id) == {"planned": 3}
    house.db.execute("UPDATE chunk SET state = 'claimed', lease_until = now() + interval '1 minute'")
    turn()
    assert fresh(letter).state == "sending"
    deliver(house, letter)
    turn()
    assert fresh(letter).state == "completed"
    line = sending.ledger(alice.pk, letter.send_id)
    assert (line.planned, line.accepted, line.open, line.balances, line.rehearsed) == (3, 3, 0, True, False)
    assert house.value("SELECT count(*) FROM fact WHERE kind = 'broadcast_completed'") == 1
    turn()
    assert house.value("SELECT count(*) FROM fact WHERE kind = 'broadcast_completed'") == 1


def test_tags_in_and_out(house: House, alice: Account, relay: str) -> None:
    people = house.people(alice.pk, 4)
    readers, buyers = (Tag.objects.create(account=alice, name=name) for name in ("Readers", "Buyers"))
    for tag, members in ((readers, people[:3]), (buyers, people[2:])):
        for person in members:
            house.db.execute(
                "INSERT INTO membership (account_id, subscriber_id, tag_id, state)"
                " VALUES (%s, %s, %s, 'active')",
                [alice.pk, person, tag.pk],
            )
    audience = {"include": {"tags": [readers.pk]}, "exclude": {"tags": [buyers.pk]}}
    letter = send_now(write(alice, audience=audience))
    turn()
    found = house.rows(
        "SELECT recipient_id FROM delivery WHERE send_id = %s ORDER BY 1", [fresh(letter).send_id]
    )
    assert [row["recipient_id"] for row in found] == people[:2]


def test_an_expansion_in_slices_is_the_audience_exactly(house: House, alice: Account, relay: str) -> None:
    from postroom.sending import services as mail

    people = house.people(alice.pk, 2300)
    house.db.execute(
        "INSERT INTO suppression (account_id, address_hash, reason)"
        " SELECT account_id, sha256(convert_to(email_key, 'UTF8')), 'complained' FROM subscriber"
        " WHERE id = %s",
        [people[7]],
    )
    letter = send_now(write(alice))
    calls = 0
    done = False
    while not done:
        done = mail.expand(
            account_id=alice.pk, send_id=letter.send_id, audience=letter.audience, slice_rows=1000
        )
        calls += 1
    assert calls == 3
    assert mail.expand(account_id=alice.pk, send_id=letter.send_id, audience=letter.audience)
    found = house.rows(
        "SELECT recipient_id, state FROM delivery WHERE send_id = %s ORDER BY 1", [letter.send_id]
    )
    assert [row["recipient_id"] for row in found] == people
    assert [row["recipient_id"] for row in found if row["state"] == "excluded"] == [people[7]]
    cut = house.rows("SELECT first_recipient_id AS a, last_recipient_id AS b FROM chunk ORDER BY a")
    assert sum(people.index(c["b"]) - people.index(c["a"]) + 1 for c in cut) == 2300
    assert all(people.index(c["b"]) - people.index(c["a"]) < 500 for c in cut)
    assert sending.ledger(alice.pk, letter.send_id).balances


def test_a_slice_that_is_killed_leaves_no_trace(house: House, alice: Account, relay: str) -> None:
    from django.db import transaction

    from postroom.sending import services as mail

    house.people(alice.pk, 30)
    letter = send_now(write(alice))
    order = {"account_id": alice.pk, "send_id": letter.send_id, "audience": letter.audience, "slice_rows": 10}
    mail.expand(**order)
    with transaction.atomic():
        mail.expand(**order)
        transaction.set_rollback(True)  # killed before the commit
    assert house.states(letter.send_id) == {"planned": 10}
    while not mail.expand(**order):
        pass
    assert house.states(letter.send_id) == {"planned": 30}
    assert house.value("SELECT count(*) FROM chunk") == 3


def test_a_rate_spreads_the_chunks_over_time(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 100)
    letter = send_now(write(alice))
    Send.objects.update(rate_per_s=2.0)
    turn()
    found = house.rows("SELECT extract(epoch FROM not_before - now()) AS s FROM chunk ORDER BY id")
    assert len(found) == 10
    assert 40 < float(found[-1]["s"]) <= 45
    services.pause(**keys(letter))
    house.db.execute("UPDATE chunk SET not_before = now() - interval '1 hour'")
    services.resume(**keys(letter))
    found = house.rows("SELECT extract(epoch FROM not_before - now()) AS s FROM chunk ORDER BY id")
    assert 40 < float(found[-1]["s"]) <= 45


# Held before expansion


def test_an_identical_letter_is_held_and_may_be_deleted_or_sent_anyway(
    house: House, alice: Account, relay: str
) -> None:
    house.people(alice.pk, 2)
    first = send_now(write(alice))
    second, third = send_now(write(alice)), send_now(write(alice))
    assert (second.state, second.pause_reason, second.held_before_expansion) == ("paused", "duplicate", True)
    assert second.send_id is None
    assert Notice.objects.filter(account=alice, resolved_at=None, key=f"broadcast-held-{second.pk}").exists()
    services.delete(**keys(second))
    assert services.send_anyway(**keys(third)).state == "expanding"
    assert not Notice.objects.filter(
        account=alice, resolved_at=None, key=f"broadcast-held-{third.pk}"
    ).exists()
    turn()
    assert {fresh(first).state, fresh(third).state} == {"queued"}


def test_a_letter_with_other_words_or_after_the_first_is_not_held(
    house: House, alice: Account, relay: str
) -> None:
    house.people(alice.pk, 1)
    first = send_now(write(alice))
    assert send_now(write(alice, subject="Other")).state == "expanding"
    turn()
    deliver(house, first)
    turn()
    assert fresh(first).state == "completed"
    assert send_now(write(alice)).state == "expanding"


def test_a_missed_time_asks(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 1)
    letter = write(alice)
    services.schedule(**keys(letter), at="2031-07-01T08:00", zone="UTC")
    Broadcast.objects.update(send_at=clock.now() - timedelta(hours=7))
    turn()
    assert (fresh(letter).state, letter.pause_reason) == ("paused", "missed")
    assert services.resume(**keys(letter)).state == "expanding"


def due_again(letter: Broadcast) -> Broadcast:
    Broadcast.objects.filter(id=letter.pk).update(send_at=clock.now() - timedelta(minutes=1))
    turn()
    return fresh(letter)


def test_what_was_broken_after_scheduling_is_held_and_says_what_is_wrong(
    house: House, alice: Account, relay: str
) -> None:
    house.people(alice.pk, 1)
    letter = write(alice)
    services.schedule(**keys(letter), at="2031-07-01T08:00", zone="UTC")
    services.save(**keys(letter), revision=None, changes={"subject": "{{ oops"})
    assert (due_again(letter).state, letter.pause_reason, letter.send_id) == ("paused", "unready", None)
    notice = Notice.objects.get(account=alice, resolved_at=None)
    assert "cannot be written" in notice.body
    services.save(**keys(letter), revision=None, changes={"subject": "Mended"})
    assert services.resume(**keys(letter)).state == "expanding"
    assert not Notice.objects.filter(account=alice, resolved_at=None).exists()


def test_a_deleted_tag_never_widens_a_scheduled_letter(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 2)
    customers = Tag.objects.create(account=alice, name="customers")
    letter = write(alice, audience={"exclude": {"tags": [customers.pk]}})
    services.schedule(**keys(letter), at="2031-07-01T08:00", zone="UTC")
    customers.delete()
    assert (due_again(letter).state, letter.pause_reason) == ("paused", "unready")


def test_identical_is_what_is_so_when_it_starts(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 1)
    first = send_now(write(alice))
    other, copy = write(alice, subject="Other"), write(alice)
    for letter in (other, copy):
        services.schedule(**keys(letter), at="2031-07-01T08:00", zone="UTC")
    services.save(**keys(other), revision=None, changes={"subject": "Hello"})
    services.save(**keys(copy), revision=None, changes={"subject": "Another"})
    assert fresh(first).state == "expanding"
    assert (due_again(other).state, other.pause_reason) == ("paused", "duplicate")
    assert due_again(copy).state in ("expanding", "queued")


def test_the_notice_of_a_held_letter_closes_however_it_moves_on(
    house: House, alice: Account, relay: str
) -> None:
    house.people(alice.pk, 1)
    send_now(write(alice))
    for move_on in (
        services.delete,
        services.unschedule,
        lambda **which: services.schedule(**which, at="2031-07-01T08:00", zone="UTC"),
    ):
        copy = send_now(write(alice))
        assert copy.pause_reason == "duplicate"
        assert Notice.objects.filter(account=alice, resolved_at=None).count() == 1
        move_on(**keys(copy))
        assert not Notice.objects.filter(account=alice, resolved_at=None).exists()


def test_one_letter_that_breaks_holds_up_nobody_behind_it(
    house: House, alice: Account, charlie: Account, relay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for account in (alice, charlie):
        house.people(account.pk, 1)
    bad, good = write(alice), write(charlie)
    for letter in (bad, good):
        services.schedule(**keys(letter), at="2031-07-01T08:00", zone="UTC")
    start = loops.start_if_due

    def break_for_alice(*, account_id: int, broadcast_id: int) -> bool:
        if account_id == alice.pk:
            raise ValueError("broken")
        return start(account_id=account_id, broadcast_id=broadcast_id)

    monkeypatch.setattr(loops, "start_if_due", break_for_alice)
    Broadcast.objects.filter(id=bad.pk).update(send_at=clock.now() - timedelta(minutes=2))
    assert due_again(good).state in ("expanding", "queued")
    assert fresh(bad).state == "scheduled"


def test_a_chosen_server_that_cannot_be_read_holds_and_never_rehearses(house: House, alice: Account) -> None:
    from postroom.accounts.models import Installation
    from postroom.sending import outlet

    house.people(alice.pk, 1)
    Installation.objects.update_or_create(id=1, defaults={"smtp_url_sealed": b"of another installation"})
    assert (outlet.relay_url(), outlet.way_of(alice)) == (None, None)
    assert send_now(write(alice)).pause_reason == "no_outlet"
    loops.watch_outlets(NEVER)


def test_a_letter_that_the_server_refused_as_a_whole_says_that_it_reached_nobody(
    house: House, alice: Account, relay: str
) -> None:
    house.people(alice.pk, 3)
    letter = send_now(write(alice))
    turn()
    house.db.execute(
        "UPDATE delivery SET state = 'refused', reason = 'identity' WHERE send_id = %s",
        [fresh(letter).send_id],
    )
    house.db.execute("UPDATE chunk SET state = 'done' WHERE send_id = %s", [letter.send_id])
    turn()
    assert fresh(letter).state == "completed"
    notice = Notice.objects.get(account=alice, resolved_at=None)
    assert (notice.level, "reached nobody" in notice.title) == ("alarm", True)
    other = send_now(write(alice, subject="Other"))
    turn()
    deliver(house, other)
    turn()
    assert Notice.objects.filter(account=alice, resolved_at=None).count() == 1


def test_a_full_disk_holds_before_and_during(
    house: House, alice: Account, relay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.people(alice.pk, 1)
    running = send_now(write(alice))
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 0)
    held = send_now(write(alice, subject="Other"))
    assert (held.state, held.pause_reason) == ("paused", "disk")
    turn()
    loops.watch_outlets(NEVER)
    assert (fresh(running).state, running.pause_reason) == ("paused", "disk")
    assert Send.objects.get(id=running.send_id).flow == "paused"
    monkeypatch.setattr("postroom.lib.disk.free_bytes", lambda _path: 10**12)
    assert services.resume(**keys(running)).state == "expanding"
    assert services.resume(**keys(held)).state == "expanding"


def test_who_sent_by_smtp_never_rehearses_by_accident(
    house: House, alice: Account, relay: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.people(alice.pk, 1)
    running = send_now(write(alice))
    turn()
    Account.objects.filter(id=alice.pk).update(sent_by_smtp_at=clock.now())
    monkeypatch.setattr("postroom.sending.outlet.relay_url", lambda: None)
    loops.watch_outlets(NEVER)
    assert (fresh(running).state, running.pause_reason) == ("paused", "no_outlet")
    later = send_now(write(alice, subject="Other"))
    assert (later.state, later.pause_reason) == ("paused", "no_outlet")
    assert Notice.objects.filter(account=alice, resolved_at=None, level="alarm").count() == 2
    assert services.resume(**keys(later)).pause_reason == "no_outlet"  # still no server: held again


# Rehearsals


def test_without_a_server_it_is_a_rehearsal_and_can_be_sent_for_real(
    house: House, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.people(alice.pk, 2)
    letter = send_now(write(alice))
    turn()
    deliver(house, letter)
    turn()
    first = fresh(letter).send_id
    assert sending.ledger(alice.pk, first).rehearsed
    with pytest.raises(NotReady):
        services.send_for_real(**keys(letter))
    monkeypatch.setattr("postroom.sending.outlet.relay_url", lambda: "smtp://127.0.0.1:9")
    services.send_for_real(**keys(letter))
    turn()
    assert fresh(letter).state == "queued"
    assert letter.send_id != first
    assert house.states(letter.send_id) == {"planned": 2}
    assert house.states(first) == {"accepted": 2}
    with pytest.raises(WrongState):
        services.send_for_real(**keys(letter))


# Pause, resume, cancel


def test_pause_and_resume_while_expanding(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 1)
    letter = send_now(write(alice))
    assert services.pause(**keys(letter)).state == "paused"
    turn()
    assert house.states(letter.send_id) == {}
    assert services.resume(**keys(letter)).state == "expanding"
    turn()
    assert fresh(letter).state == "queued"


def test_a_pause_stops_the_send_in_the_same_move(house: House, alice: Account, relay: str) -> None:
    house.people(alice.pk, 1)
    letter = send_now(write(alice))
    turn()
    paused = services.pause(**keys(letter))
    assert (paused.state, paused.pause_reason) == ("paused", "hand")
    assert Send.objects.get(id=letter.send_id).flow == "paused"
    with pytest.raises(WrongState):
        services.pause(**keys(letter))
    assert services.resume(**keys(letter)).state == "queued"
    assert Send.objects.get(id=letter.send_id).flow == "running"
    with pytest.raises(WrongState):
        services.resume(**keys(letter))


def test_cancel_is_final_and_the_ledger_balances(house: House, alice: Account, relay: str) -> None:
    people = house.people(alice.pk, 5)
    letter = send_now(write(alice))
    turn()
    house.db.execute("UPDATE delivery SET state = 'accepted' WHERE recipient_id = ANY(%s)", [people[:2]])
    assert services.cancel(**keys(letter)).state == "aborted"
    turn()
    assert house.states(letter.send_id) == {"accepted": 2, "cancelled": 3}
    line = sending.ledger(alice.pk, letter.send_id)
    assert line.balances
    assert line.finished_at is not None
    turn()
    assert fresh(letter).state == "aborted"
    for act in (services.pause, services.resume, services.cancel):
        with pytest.raises(WrongState):
            act(**keys(letter))


def test_cancel_in_mid_expansion_ends_it(house: House, alice: Account, relay: str) -> None:
    from postroom.sending import services as mail

    house.people(alice.pk, 30)
    letter = send_now(write(alice))
    mail.expand(account_id=alice.pk, send_id=letter.send_id, audience=letter.audience, slice_rows=10)
    services.cancel(**keys(letter))
    turn()
    assert house.states(letter.send_id) == {"cancelled": 10}
    assert sending.ledger(alice.pk, letter.send_id).balances


def test_the_sender_may_stop_a_send_and_the_broadcast_follows(
    house: House, alice: Account, relay: str
) -> None:
    house.people(alice.pk, 1)
    letter = send_now(write(alice))
    turn()
    Send.objects.filter(id=letter.send_id).update(flow="paused", pause_reason="guard")
    turn()
    assert (fresh(letter).state, letter.pause_reason) == ("paused", "guard")
    assert Notice.objects.filter(account=alice, key=f"broadcast-held-{letter.pk}").exists()


# Tests


def test_a_test_goes_to_addresses_that_are_no_subscribers(house: House, alice: Account) -> None:
    letter = write(alice)
    assert services.test_send(**keys(letter), to=["a@example.com", "b@example.com", "a@example.com"]) == 2
    found = house.rows(
        "SELECT s.kind, s.mail_class, v.subject, v.tracked, c.first_recipient_id < 0 AS other FROM chunk c"
        " JOIN send s ON s.id = c.send_id JOIN content_version v ON v.id = c.content_version_id"
    )
    assert (
        found
        == [{"kind": "test", "mail_class": 0, "subject": "[Test] Hello", "tracked": False, "other": True}] * 2
    )
    assert fresh(letter).state == "draft"


@pytest.mark.parametrize("to", [[], ["a@example.com"] * 11])
def test_a_test_has_one_to_ten_addresses(alice: Account, to: list[str]) -> None:
    with pytest.raises(NotReady):
        services.test_send(**keys(write(alice)), to=to)


def test_an_account_sends_so_many_tests_in_an_hour(
    house: House, alice: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = write(alice)
    limits = SimpleNamespace(limit_test_mails_per_hour=3)
    monkeypatch.setattr("postroom.sending.services.plan.load", lambda: limits)
    assert services.test_send(**keys(letter), to=["a@example.com", "b@example.com"]) == 2
    with pytest.raises(TooManyTests, match="Up to 3 test emails"):
        services.test_send(**keys(letter), to=["c@example.com", "d@example.com"])
    assert services.test_send(**keys(letter), to=["c@example.com"]) == 1
    assert house.value("SELECT count(*) FROM delivery") == 3
