"""What answers mean, when to try again, which state may follow which."""

import pytest

from postroom.sending import rules
from postroom.sending.models import DeliveryState
from postroom.sending.rules import Class


@pytest.mark.parametrize(
    ("code", "enhanced", "text", "expected"),
    [
        (250, "2.0.0", "ok", Class.ACCEPTED),
        (550, "5.1.1", "no such user", Class.INVALID),
        (550, "5.1.10", "null MX", Class.INVALID),
        (550, "5.1.6", "mailbox has moved", Class.INVALID),
        (550, None, "User unknown", Class.INVALID),
        (553, None, "no such mailbox here", Class.INVALID),
        (450, None, "user unknown in local table, try later", Class.PROTOCOL),
        (550, "5.2.1", "disabled", Class.INACTIVE),
        (550, "5.7.13", "user account disabled", Class.INACTIVE),
        (452, "4.2.2", "over quota", Class.FULL),
        (552, "5.2.2", "mailbox full", Class.FULL),
        (550, "5.7.1", "message looks like spam", Class.CONTENT),
        (554, "5.6.0", "bad content", Class.CONTENT),
        (550, "5.7.515", "Access denied, sending domain does not meet the required level", Class.IDENTITY),
        (550, "5.7.26", "DMARC", Class.IDENTITY),
        (421, "4.7.28", "unusual rate of unsolicited mail", Class.REPUTATION),
        (451, "4.7.650", "rate limited", Class.REPUTATION),
        (550, "5.7.1", "messages weren't sent, S3150", Class.REPUTATION),
        (421, "4.7.0", "[TSS04] temporarily deferred", Class.REPUTATION),
        (554, "5.7.1", "listed by Spamhaus", Class.REPUTATION),
        (450, "4.2.0", "greylisted, come back in 5 minutes", Class.PROTOCOL),
        (451, "4.4.1", "no answer from host", Class.PROTOCOL),
        (550, "5.4.4", "no mail exchanger", Class.PROTOCOL),
        (554, "4.4.7", "expired", Class.EXPIRED),
        (550, None, "no", Class.UNKNOWN),
        (None, None, "", Class.PROTOCOL),
    ],
)
def test_answers(code: int | None, enhanced: str | None, text: str, expected: Class) -> None:
    assert rules.classify(code, enhanced, text) == expected


def test_a_refusal_that_is_nobodys_address_never_bounces() -> None:
    for enhanced in ("5.7.1", "5.7.26", "5.7.515", "5.6.0", "5.3.4"):
        assert rules.classify(550, enhanced, "user unknown? no: policy") != Class.INVALID


def test_retries_grow_with_a_bounded_jitter_and_end() -> None:
    plain = [rules.retry_delay_s(attempt) for attempt in range(1, 12)]
    assert plain == sorted(plain)
    assert plain[0] == 60
    assert plain[-1] == plain[-2] == 14_400
    assert rules.retry_delay_s(1, -1) == pytest.approx(48)
    assert rules.retry_delay_s(1, 5) == pytest.approx(72)
    assert not rules.is_expired(23 * 3600, 0)
    assert rules.is_expired(24 * 3600, 0)
    assert not rules.is_expired(47 * 3600, 2)
    assert rules.is_expired(48 * 3600, 2)


def test_every_state_has_its_moves_and_final_ones_have_none() -> None:
    assert set(rules.MOVES) == set(DeliveryState.values)
    assert rules.may_move("planned", "intent")
    assert not rules.may_move("planned", "accepted")
    assert rules.MOVES["refused"] == {"planned"}  # only by somebody's decision
    for final in ("excluded", "cancelled"):
        assert not rules.MOVES[final]


def test_a_temporary_answer_never_condemns_an_address() -> None:
    for text in ("user unknown", "no such mailbox", "5.1.1 unknown", "account disabled"):
        assert rules.classify(450, "4.1.1", text) is not Class.INVALID
        assert rules.classify(450, None, text) is not Class.INVALID
