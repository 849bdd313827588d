"""What sequences do about what happened to people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from postroom.events.services import FactRow
from postroom.sequences import services


def stop(facts: Sequence[FactRow]) -> None:
    """Who unsubscribed, bounced or complained gets nothing more."""
    for account_id, people in _by_account(facts).items():
        services.stop_people(account_id=account_id, subscriber_ids=people)


def wake(facts: Sequence[FactRow]) -> None:
    """Who confirmed, or came back, goes on."""
    for account_id, people in _by_account(facts).items():
        services.wake_people(account_id=account_id, subscriber_ids=people)


def _by_account(facts: Sequence[FactRow]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for fact in facts:
        if fact.subscriber_id is not None:
            found[fact.account_id].append(fact.subscriber_id)
    return found
