"""A person's way through a sequence: joining, waiting, getting, completing, leaving, coming back."""

import threading

import pytest

from postroom.accounts.models import Account
from postroom.config import reactions
from postroom.lib import sql
from postroom.sequences import queries, services
from postroom.sequences.errors import SequenceNotFound
from postroom.subscribers import services as people
from postroom.subscribers.errors import InvalidEmail
from tests.sequences.support import API, course, facts, join, letter, mailed, pass_days, place, work
from tests.support.mailing import House


def fan_out() -> None:
    while reactions.fan_out(threading.Event()):
        pass


def test_a_person_gets_each_email_in_its_time_and_completes_once(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    made = join(sequence, "Ann@example.com", first_name="Ann")
    ann = made["subscriber_id"]
    assert (made["state"], made["subscriber_state"], made["created"]) == ("active", "active", True)
    assert facts(alice.pk, "sequence_subscribed") == [ann]
    assert (work(), mailed(alice.pk, ann)) == (1, ["One"])
    assert work() == 0
    pass_days(0.99)
    assert work() == 0
    pass_days(0.02)
    assert (work(), mailed(alice.pk, ann)) == (1, ["One", "Two"])
    assert place(sequence, ann).state == "completed"
    assert place(sequence, ann).completed_at is not None
    pass_days(30)
    assert work() == 0
    assert facts(alice.pk, "sequence_completed") == [ann]


def test_joining_again_changes_nothing_on_the_way_nor_afterwards(alice: Account) -> None:
    sequence = course(alice, "One")
    first = join(sequence, "ann@example.com")
    assert join(sequence, "ANN@example.com")["subscription_id"] == first["subscription_id"]
    work()
    join(sequence, "ann@example.com")
    work()
    assert mailed(alice.pk, first["subscriber_id"]) == ["One"]
    assert len(facts(alice.pk, "sequence_subscribed")) == len(facts(alice.pk, "sequence_completed")) == 1


def test_a_sequence_that_repeats_starts_over_after_completion(alice: Account) -> None:
    sequence = course(alice, "One", repeat=True)
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    join(sequence, "ann@example.com")
    work()
    assert mailed(alice.pk, ann) == ["One"]
    join(sequence, "ann@example.com")
    work()
    assert (mailed(alice.pk, ann), place(sequence, ann).round) == (["One", "One"], 1)
    assert facts(alice.pk, "sequence_subscribed") == facts(alice.pk, "sequence_completed") == [ann, ann]


def test_a_sequence_that_holds_keeps_people_for_what_is_added(alice: Account) -> None:
    sequence = course(alice, "One", hold=True)
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    assert (place(sequence, ann).state, place(sequence, ann).due_at) == ("active", None)
    assert facts(alice.pk, "sequence_completed") == []
    letter(sequence, "Two", 2)
    assert work() == 0
    pass_days(2)
    work()
    assert mailed(alice.pk, ann) == ["One", "Two"]
    services.save(account_id=alice.pk, sequence_id=sequence.pk, changes={"hold": False})
    work()
    assert place(sequence, ann).state == "completed"
    assert facts(alice.pk, "sequence_completed") == [ann]


def test_without_emails_people_wait_for_the_first(alice: Account) -> None:
    sequence = course(alice)
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    assert work() == 0
    letter(sequence, "One", 0)
    work()
    assert mailed(alice.pk, ann) == ["One"]


@pytest.mark.parametrize("act", ["unsubscribe", "bounce", "complain"])
def test_who_leaves_gets_nothing_more(alice: Account, act: str) -> None:
    sequence = course(alice, "One", "Two")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    getattr(people, act)(account_id=alice.pk, subscriber_id=ann, cause=API)
    fan_out()
    assert place(sequence, ann).state == "cancelled"
    pass_days(9)
    assert (work(), mailed(alice.pk, ann)) == (0, ["One"])


def test_who_leaves_at_the_last_moment_is_stopped_by_the_loop_itself(alice: Account) -> None:
    sequence = course(alice, "One")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    people.bounce(account_id=alice.pk, subscriber_id=ann, cause=API)
    work()
    assert (mailed(alice.pk, ann), place(sequence, ann).state) == ([], "cancelled")


def test_an_unsubscribe_taken_back_goes_on_where_it_stood(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    people.unsubscribe(account_id=alice.pk, subscriber_id=ann, cause=API)
    fan_out()
    people.take_back_leaving(account_id=alice.pk, subscriber_id=ann, cause=API)
    fan_out()
    assert place(sequence, ann).state == "active"
    pass_days()
    work()
    assert mailed(alice.pk, ann) == ["One", "Two"]


def test_who_was_taken_out_goes_on_or_starts_over_as_the_sequence_is_set(alice: Account) -> None:
    for repeat, expected in ((False, ["One", "Two"]), (True, ["One", "One"])):
        sequence = course(alice, "One", "Two", repeat=repeat)
        who = join(sequence, f"{repeat}@example.com")["subscriber_id"]
        work()
        services.remove(account_id=alice.pk, sequence_id=sequence.pk, subscriber_id=who, cause=API)
        pass_days()
        assert (work(), place(sequence, who).state) == (0, "cancelled")
        join(sequence, f"{repeat}@example.com")
        work()
        pass_days()
        assert services.send_due() == 1
        assert mailed(alice.pk, who)[:2] == expected


def test_who_was_taken_out_is_not_woken_by_a_later_confirmation(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    services.remove(account_id=alice.pk, sequence_id=sequence.pk, subscriber_id=ann, cause=API)
    people.unsubscribe(account_id=alice.pk, subscriber_id=ann, cause=API)
    people.take_back_leaving(account_id=alice.pk, subscriber_id=ann, cause=API)
    fan_out()
    assert place(sequence, ann).state == "cancelled"


def test_who_has_not_confirmed_begins_when_they_do(alice: Account, house: House) -> None:
    [ann] = house.people(alice.pk, 1, state="inactive")
    sequence = course(alice, "One")
    made = join(sequence, "p1@example.com")
    assert (made["subscriber_id"], made["state"], made["subscriber_state"]) == (ann, "inactive", "inactive")
    assert (work(), place(sequence, ann).due_at) == (0, None)
    people.confirm(account_id=alice.pk, subscriber_id=ann, form_id=None, cause=API, ip=None)
    fan_out()
    work()
    assert mailed(alice.pk, ann) == ["One"]


@pytest.mark.parametrize("state", ["bounced", "complained"])
def test_who_must_not_be_mailed_starts_nothing(alice: Account, house: House, state: str) -> None:
    [ann] = house.people(alice.pk, 1, state=state)
    sequence = course(alice, "One")
    assert join(sequence, "p1@example.com")["subscriber_state"] == state
    assert (work(), mailed(alice.pk, ann)) == (0, [])


def test_somebody_who_had_unsubscribed_comes_back_by_being_added(alice: Account, house: House) -> None:
    [ann] = house.people(alice.pk, 1, state="cancelled")
    sequence = course(alice, "One")
    assert join(sequence, "p1@example.com")["subscriber_state"] == "active"
    work()
    assert mailed(alice.pk, ann) == ["One"]


def test_fields_tags_and_name_are_written_with_the_call(alice: Account) -> None:
    tag = people.create_tag(account_id=alice.pk, name="Blue")["id"]
    field = people.create_field(account_id=alice.pk, label="Town")
    made = join(
        course(alice, "One"), "ann@example.com", first_name="Ann\x00", fields={"town": "Lisbon", "nope": "x"},
        tag_ids=[tag, 2**60, -1],
    )  # fmt: skip
    row = sql.row("SELECT first_name, fields FROM subscriber WHERE id = %s", [made["subscriber_id"]])
    assert row == {"first_name": "Ann", "fields": f'{{"{field.id}": "Lisbon"}}'}
    assert facts(alice.pk, "tag_added") == [made["subscriber_id"]]


def test_a_sequence_of_another_account_is_unknown(alice: Account, charlie: Account) -> None:
    theirs = course(charlie, "One")
    with pytest.raises(SequenceNotFound):
        services.subscribe(account_id=alice.pk, sequence_id=theirs.pk, email="ann@example.com", cause=API)
    with pytest.raises(SequenceNotFound):
        services.delete(account_id=alice.pk, sequence_id=theirs.pk)
    assert sql.rows("SELECT 1 FROM subscriber WHERE account_id = %s", [alice.pk]) == []


def test_people_added_by_hand_are_all_taken_or_none(alice: Account) -> None:
    sequence = course(alice, "One")
    with pytest.raises(InvalidEmail):
        services.add_people(
            account_id=alice.pk, sequence_id=sequence.pk, emails=["ann@example.com", "nope"], cause=API
        )
    assert queries.list_people(alice.pk, sequence.pk)[1] == 0
    services.add_people(
        account_id=alice.pk, sequence_id=sequence.pk,
        emails=["ann@example.com", "ben@example.com", "ANN@example.com"], cause=API,
    )  # fmt: skip
    found, total = queries.list_people(alice.pk, sequence.pk, search="BEN@")
    assert (found[0].email, total, queries.list_people(alice.pk, sequence.pk)[1]) == ("ben@example.com", 1, 2)


def test_erasing_a_person_ends_their_way(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    people.erase(account_id=alice.pk, subscriber_ids=[ann], cause=API)
    assert (work(), queries.list_people(alice.pk, sequence.pk)) == (0, ([], 0))
