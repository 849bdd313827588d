"""The running sender against a server that fails at every stage: nobody is lost, nobody is called sent who is
not, and nobody gets a copy who cannot have had the first."""

import time
from pathlib import Path

import pytest

from postroom.sending.smtp import Timeouts
from tests.support.rig import rig
from tests.support.sink import Rule

BEFORE_THE_DOT = ("banner", "ehlo", "mail", "rcpt", "data", "body", "dot")
KINDS = (("drop", "reset", "garbage", "421 4.3.2 closing"), ("endless", "huge", "451 4.3.0 busy"))


@pytest.mark.parametrize("kinds", KINDS, ids=["hangs up", "talks"])
def test_a_server_that_fails_at_every_stage_in_every_way(
    transactional_db: None, postgres: str, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    rules = [
        Rule(stage, do, 1 + 9 * turn)
        for stage in BEFORE_THE_DOT
        for turn, do in enumerate(kinds)
        if do == "drop" or stage != "body"
    ]
    with rig(postgres, tmp_path, rules=rules) as post:
        account = post.house.account()
        send = post.house.broadcast_send(
            account, post.house.people(account, 120), version=post.house.raw_version(account)
        )
        process = post.start_sender(retry_factor=1 / 600, transients_in_a_row=50, hold_most_s=0.3)
        post.wait_done(send)
        assert post.house.states(send) == {"accepted": 120}
        assert post.check(send) == 0
        assert process.poll() is None


def test_who_waits_for_an_answer_holds_up_nobody_else(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    """An answer that takes its time is waited for: to give up early is what makes copies."""
    assert Timeouts().dot_s >= 600  # RFC 5321 §4.5.3.2.6
    with rig(postgres, tmp_path, rules=[Rule("after", "delay:3", None, "^slow")]) as post:
        house = post.house
        account = house.account()
        slow = house.people(account, 1, prefix="slow")
        send = house.broadcast_send(
            account, slow + house.people(account, 300), version=house.raw_version(account)
        )
        post.start_sender()
        post.wait(lambda: len(post.accepted()) >= 299, "the others")
        first = next(at for recipient, _, at in post.accepted() if recipient.startswith("slow"))
        assert time.time() - first < 2.5
        assert house.row_of(send, slow[0])["state"] == "intent"
        post.wait_done(send)
        assert house.states(send) == {"accepted": 301}
        assert post.check(send) == 0


def test_a_letter_that_fails_its_domains_proof_is_stopped_after_a_few(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    """5.7.515 is about the sender, so everybody else's would be refused too; no address is to blame."""
    refusal = "550 5.7.515 access denied, sending domain does not meet the required authentication level"
    with rig(postgres, tmp_path, rules=[Rule("dot", refusal)]) as post:
        house = post.house
        account = house.account()
        send = house.broadcast_send(account, house.people(account, 600), version=house.raw_version(account))
        post.start_sender()
        post.wait(
            lambda: house.value("SELECT pause_reason FROM send WHERE id = %s", [send]) == "guard", "the guard"
        )
        post.wait(lambda: "intent" not in house.states(send), "what is in the air to land")
        assert house.states(send)["refused"] < 100
        assert {row["reason"] for row in house.rows("SELECT DISTINCT reason FROM delivery")} <= {
            "identity",
            None,
        }
        assert house.value("SELECT count(*) FROM subscriber WHERE state <> 'active'") == 0
        assert post.accepted() == []


def test_a_large_letter_cut_in_mid_body_is_tried_again_even_where_doubt_would_hold(
    transactional_db: None, postgres: str, tmp_path: Path
) -> None:
    with rig(postgres, tmp_path, rules=[Rule("body", "drop", 1)]) as post:
        house = post.house
        account = house.account()
        version = house.raw_version(account, text="A line of a very long letter.\n" * 280_000)
        send = house.broadcast_send(account, house.people(account, 3), version=version)
        house.db.execute("UPDATE send SET ambiguous = 'hold'")
        post.connections = 2  # one of them for urgent mail
        post.start_sender(retry_factor=1 / 600)
        post.wait_done(send)
        assert house.states(send) == {"accepted": 3}
        assert post.check(send) == 0
        assert "body" in {row["stage"] for row in house.rows("SELECT stage FROM delivery_attempt")}
