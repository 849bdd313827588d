"""What becomes of people while the sequence changes under them."""

from datetime import timedelta

import pytest

from postroom.accounts.models import Account
from postroom.content.models import ContentVersion
from postroom.lib import clock, sql
from postroom.sending.models import Send
from postroom.sequences import queries, services
from postroom.sequences.errors import EmailNotFound, SequenceInvalid, Stale
from postroom.sequences.models import Sequence, SequenceEmail
from postroom.subscribers.errors import InvalidEmail
from tests.sequences.support import body, course, join, letter, mailed, pass_days, place, work


def emails(sequence: Sequence) -> list[SequenceEmail]:
    return queries.list_emails(sequence.account_id, [sequence.pk])[sequence.pk]


def keys(email: SequenceEmail) -> dict[str, int]:
    return {"account_id": email.account_id, "sequence_id": email.sequence_id, "email_id": email.pk}


def save(email: SequenceEmail, **changes: object) -> services.Saved:
    return services.save_email(**keys(email), revision=None, changes=changes)


def test_a_new_delay_holds_for_those_who_wait(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    save(emails(sequence)[1], delay_value=6, delay_unit="hours")
    due = place(sequence, ann).due_at
    assert due is not None
    assert abs(due - clock.now() - timedelta(hours=6)) < timedelta(minutes=1)


def test_who_waits_for_a_deleted_email_waits_for_the_one_behind(alice: Account) -> None:
    sequence = course(alice, "One", "Two", "Three")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    services.delete_email(**keys(emails(sequence)[1]))
    pass_days()
    work()
    assert mailed(alice.pk, ann) == ["One", "Three"]
    assert [email.position for email in emails(sequence)] == [1, 2]


def test_deleting_the_last_email_completes_who_waited_for_it(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    services.delete_email(**keys(emails(sequence)[1]))
    work()
    assert place(sequence, ann).state == "completed"


def test_deleting_the_email_behind_which_people_stand_mails_nothing_twice(alice: Account) -> None:
    sequence = course(alice, "One", "Two", hold=True, delay_days=0)
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    services.delete_email(**keys(emails(sequence)[1]))
    letter(sequence, "Three", 0)
    work()
    assert mailed(alice.pk, ann) == ["One", "Three"]


def test_a_move_never_mails_an_email_twice(alice: Account) -> None:
    sequence = course(alice, "One", "Two", "Three")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    one, two, three = (email.pk for email in emails(sequence))
    services.order_emails(account_id=alice.pk, sequence_id=sequence.pk, ids=[three, two, one])
    for _ in range(4):
        pass_days()
        work()
    # She waited for Two, which she got; One, now behind it, she has had, and Three lies before it.
    assert sorted(mailed(alice.pk, ann)) == ["One", "Two"]
    assert place(sequence, ann).state == "completed"


def test_an_order_names_every_email_once(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    one, two = (email.pk for email in emails(sequence))
    for wrong in ([one], [one, one], [one, two, 99]):
        with pytest.raises(SequenceInvalid):
            services.order_emails(account_id=alice.pk, sequence_id=sequence.pk, ids=wrong)


def test_what_is_not_published_is_passed_over(alice: Account) -> None:
    sequence = course(alice, "One", "Two", "Three")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    save(emails(sequence)[1], published=False)
    pass_days()
    work()
    assert mailed(alice.pk, ann) == ["One", "Three"]


def test_switched_off_nothing_leaves_and_nobody_is_lost(alice: Account) -> None:
    sequence = course(alice, "One", "Two")
    ann = join(sequence, "ann@example.com")["subscriber_id"]
    work()
    services.save(account_id=alice.pk, sequence_id=sequence.pk, changes={"active": False})
    assert set(Send.objects.filter(kind="sequence").values_list("flow", flat=True)) == {"paused"}
    ben = join(sequence, "ben@example.com")["subscriber_id"]
    letter(sequence, "Three")
    pass_days(5)
    assert work() == 0
    services.save(account_id=alice.pk, sequence_id=sequence.pk, changes={"active": True})
    assert set(Send.objects.filter(kind="sequence").values_list("flow", flat=True)) == {"running"}
    assert queries.count_people(alice.pk, [sequence.pk])[sequence.pk] == {
        "on_way": 2, "at_end": 0, "waits": 0, "completed": 0, "stopped": 0, "due": 2,
    }  # fmt: skip
    work()
    assert (mailed(alice.pk, ann), mailed(alice.pk, ben)) == (["One", "Two"], ["One"])


def test_deleting_a_sequence_cancels_what_has_not_left(alice: Account) -> None:
    sequence = course(alice, "One")
    join(sequence, "ann@example.com")
    work()
    services.delete(account_id=alice.pk, sequence_id=sequence.pk)
    assert Send.objects.get(kind="sequence").flow == "cancelled"
    assert sql.rows("SELECT 1 FROM membership WHERE sequence_id IS NOT NULL") == []
    assert len(sql.rows("SELECT 1 FROM delivery")) == 1


def test_an_email_that_cannot_be_written_is_not_published(alice: Account) -> None:
    sequence = course(alice)
    email = letter(sequence, "One", published=False)
    for changes, field in (({"subject": ""}, "subject"), ({"body": body("Hi {{ oops")}, "body")):
        with pytest.raises(SequenceInvalid) as caught:
            save(email, published=True, **changes)
        assert caught.value.field == field
    assert not SequenceEmail.objects.get(id=email.pk).published


def test_half_typed_words_of_a_live_email_keep_the_last_good_ones(alice: Account) -> None:
    sequence = course(alice, "One")
    [email] = emails(sequence)
    good = email.content_version_id
    saved = save(email, body=body("Hi {{ oops"))
    assert [hint.code for hint in saved.warnings][:1] == ["not_live"]
    assert (saved.email.content_version_id, saved.email.body) == (good, body("Hi {{ oops"))
    assert save(email, body=body("Hi")).email.content_version_id != good


def test_a_new_address_to_send_from_is_used_from_the_next_email_on(alice: Account) -> None:
    sequence = course(alice, "One")
    services.save(
        account_id=alice.pk, sequence_id=sequence.pk, changes={"from_email": "desk@letters.example"}
    )
    join(sequence, "ann@example.com")
    work()
    version = sql.row("SELECT content_version_id AS id FROM chunk")
    assert version is not None
    assert ContentVersion.objects.get(id=version["id"]).from_email == "desk@letters.example"
    assert Send.objects.get(kind="sequence").content_version_id == version["id"]


def test_a_stale_save_is_refused(alice: Account) -> None:
    email = letter(course(alice), "One")
    with pytest.raises(Stale) as caught:
        services.save_email(**keys(email), revision=1, changes={"subject": "Old"})
    assert f"revision {email.revision}" in caught.value.help


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"delay_value": -1}, "delay_value"), ({"delay_value": True}, "delay_value"),
        ({"delay_value": 3651}, "delay_value"), ({"delay_unit": "weeks"}, "delay_unit"),
        ({"subject": "x" * 1001}, "subject"), ({"published": 1}, "published"), ({"what": 1}, "what"),
    ],
)  # fmt: skip
def test_wrong_settings_of_an_email_are_named(alice: Account, changes: dict, field: str) -> None:
    with pytest.raises(SequenceInvalid) as caught:
        save(letter(course(alice), "One"), **changes)
    assert caught.value.field == field


def test_wrong_settings_of_a_sequence_are_named(alice: Account) -> None:
    for changes, field in (({"name": " "}, "name"), ({"hold": "yes"}, "hold"), ({"x": 1}, "x")):
        with pytest.raises(SequenceInvalid) as caught:
            course(alice, **({"name": "A"} | changes) if field != "name" else changes)
        assert caught.value.field == field
    with pytest.raises(InvalidEmail):
        course(alice, from_email="nobody")


def test_an_email_is_found_in_its_own_sequence_only(alice: Account) -> None:
    first, other = course(alice, "One"), course(alice, "Two")
    with pytest.raises(EmailNotFound):
        services.delete_email(account_id=alice.pk, sequence_id=other.pk, email_id=emails(first)[0].pk)


def test_a_test_email_says_so_and_counts_nothing(alice: Account) -> None:
    sequence = course(alice, "One")
    [email] = emails(sequence)
    assert services.test_send(**keys(email), to=["me@example.com", "me@example.com"]) == 1
    assert Send.objects.get(kind="test").subject_id is None
    assert ContentVersion.objects.order_by("-id")[0].subject == "[Test] One"
    assert queries.figures(alice.pk, [email.send_id])[email.send_id].sent == 0
    with pytest.raises(SequenceInvalid):
        services.test_send(**keys(email), to=[])


def test_the_preview_is_written_for_a_reader(alice: Account) -> None:
    sequence = course(alice, "For {{ subscriber.first_name }}")
    ann = join(sequence, "ann@example.com", first_name="Ann")["subscriber_id"]
    shown = services.preview(**keys(emails(sequence)[0]), subscriber_id=ann)
    assert (shown.subject, shown.warnings) == ("For Ann", [])
    assert "Words of" in shown.html
    assert "1 Slow Lane" in shown.text


def test_an_email_of_a_sequence_is_bulk_mail_that_one_click_ends(alice: Account) -> None:
    sequence = course(alice, "One")
    message = letter_of(sequence, emails(sequence)[0])
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in message
    assert b"Feedback-ID:" in message


def letter_of(sequence: Sequence, email: SequenceEmail) -> bytes:
    from postroom.sequences.services.letter import EXAMPLE, _compile

    return bytes(_compile(sequence, email).assemble(EXAMPLE))
