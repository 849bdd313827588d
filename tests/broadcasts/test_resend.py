"""Sending again to those whom a broadcast did not reach, by the broadcast's state before and after."""

import sys

import pytest

from postroom.accounts.models import Account
from postroom.broadcasts import services
from postroom.broadcasts.errors import BadPolicy, BroadcastNotFound, CannotLeave, WrongState
from postroom.broadcasts.models import Broadcast
from postroom.sending.errors import NothingToResend
from postroom.sending.models import Send
from tests.broadcasts.support import BODY, turn
from tests.support.mailing import House


def sent(house: House, account: Account, state: str = "uncertain", **content: str) -> Broadcast:
    """A completed broadcast to three, one of whom it did not reach."""
    people = house.people(account.pk, 3)
    letter = services.create(account_id=account.pk, subject="Hello", body=BODY, **content)
    services.schedule(account_id=account.pk, broadcast_id=letter.pk, at=None)
    turn()
    house.db.execute("UPDATE delivery SET state = 'accepted'")
    house.db.execute(
        "UPDATE delivery SET state = %s, reason = 'content' WHERE recipient_id = %s", [state, people[0]]
    )
    house.db.execute("UPDATE chunk SET state = 'done'")
    turn()
    letter.refresh_from_db()
    assert letter.state == "completed"
    return letter


@pytest.mark.parametrize("which", ["uncertain", "refused"])
def test_a_completed_broadcast_is_sending_until_it_has_ended_again(
    house: House, alice: Account, relay: str, which: str
) -> None:
    letter = sent(house, alice, which)
    finished = letter.finished_at
    keys = {"account_id": alice.pk, "broadcast_id": letter.pk}
    assert services.resend(**keys, which=which) == 1  # type: ignore[arg-type]
    letter.refresh_from_db()
    assert letter.state == "sending"
    turn()
    letter.refresh_from_db()
    assert letter.state == "sending", "it ended while a row was open"
    house.db.execute("UPDATE delivery SET state = 'accepted'")
    house.db.execute("UPDATE chunk SET state = 'done'")
    turn()
    letter.refresh_from_db()
    assert (letter.state, letter.finished_at) == ("completed", finished)
    assert house.value("SELECT count(*) FROM fact WHERE kind = 'broadcast_completed'") == 1
    with pytest.raises(NothingToResend):
        services.resend(**keys, which=which)  # type: ignore[arg-type]


def test_a_paused_one_takes_them_back_and_stays_paused(house: House, alice: Account, relay: str) -> None:
    letter = sent(house, alice, "refused")
    keys = {"account_id": alice.pk, "broadcast_id": letter.pk}
    services.resend(**keys, which="refused")
    services.pause(**keys)
    house.db.execute("UPDATE delivery SET state = 'uncertain' WHERE state = 'planned'")
    assert services.resend(**keys) == 1
    letter.refresh_from_db()
    assert letter.state == "paused"
    assert house.value("SELECT flow FROM send") == "paused"
    services.resume(**keys)
    assert house.value("SELECT flow FROM send") == "running"


def test_a_draft_a_stopped_one_and_a_strangers_have_nothing_to_send_again(
    house: House, alice: Account, charlie: Account, relay: str
) -> None:
    letter = sent(house, alice)
    draft = services.create(account_id=alice.pk)
    with pytest.raises(WrongState):
        services.resend(account_id=alice.pk, broadcast_id=draft.pk)
    with pytest.raises(BroadcastNotFound):
        services.resend(account_id=charlie.pk, broadcast_id=letter.pk)
    services.resend(account_id=alice.pk, broadcast_id=letter.pk)
    services.cancel(account_id=alice.pk, broadcast_id=letter.pk)
    with pytest.raises(WrongState, match="stopped"):
        services.resend(account_id=alice.pk, broadcast_id=letter.pk)


@pytest.mark.parametrize(
    ("setting", "own", "expected"),
    [
        ("resend", "", "resend"),
        ("hold", "", "hold"),
        ("resend", "hold", "hold"),
        ("hold", "resend", "resend"),
    ],
)
def test_the_broadcast_says_what_becomes_of_lost_answers_else_the_settings(
    house: House,
    alice: Account,
    relay: str,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    own: str,
    expected: str,
) -> None:
    from postroom.settings import load

    changed = load().model_copy(update={"ambiguous": setting})
    monkeypatch.setattr(sys.modules[services.schedule.__module__], "load", lambda: changed)
    letter = sent(house, alice, ambiguous=own)
    assert Send.objects.get(id=letter.send_id).ambiguous == expected
    assert services.duplicate(account_id=alice.pk, broadcast_id=letter.pk).ambiguous == own


def test_a_policy_that_does_not_exist_is_refused(alice: Account) -> None:
    with pytest.raises(BadPolicy) as caught:
        services.create(account_id=alice.pk, ambiguous="maybe")
    assert caught.value.field == "ambiguous"


@pytest.mark.parametrize("lacks", ["a server", "room"])
def test_nothing_is_put_back_that_could_not_leave(
    house: House, alice: Account, relay: str, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    letter = sent(house, alice)
    if lacks == "a server":
        monkeypatch.setattr("postroom.sending.outlet.relay_url", lambda: None)
    else:
        monkeypatch.setattr("postroom.lib.disk.is_low", lambda *_: True)
    with pytest.raises(CannotLeave) as refused:
        services.resend(account_id=alice.pk, broadcast_id=letter.pk)
    assert refused.value.help.endswith("then try again.")
    letter.refresh_from_db()
    assert letter.state == "completed"
    assert house.value("SELECT count(*) FROM delivery WHERE state = 'uncertain'") == 1
