"""What webhooks do about facts: a delivery for each target, in the fan-out's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from postroom.events.services import FactRow
from postroom.lib import sql
from postroom.webhooks.rules import BY_FACT, Event


@dataclass(frozen=True, slots=True)
class Writer:
    """How an event's bodies are written, by a door above this room."""

    write: Callable[[int, Sequence[int]], dict[int, str]]
    """(account, ids of people, or of purchases) → JSON by id; who is gone is left out."""
    sample: Callable[[int], str]
    """(account) → a made-up body, for tests."""


writers: dict[str, Writer] = {}
"""By the event's name; filled by `config/reactions.py`. An event without one tells nobody anything."""


def fire(facts: Sequence[FactRow]) -> None:
    """Facts of one kind: finds who wants to hear of them, and writes down what they are told."""
    event = BY_FACT[facts[0].kind]
    writer = writers.get(event.name)
    hits = _find(event, facts) if writer else []
    if not hits or writer is None:
        return
    bodies = _write(event, writer, facts, hits)
    told = [hit for hit in hits if _key(event, facts[hit["no"]]) in bodies[hit["account_id"]]]
    if told:
        sql.execute(
            sql.load("webhooks", "insert_deliveries"),
            {
                "accounts": [hit["account_id"] for hit in told],
                "hooks": [hit["hook_id"] for hit in told],
                "people": [facts[hit["no"]].subscriber_id for hit in told],
                "facts": [facts[hit["no"]].id for hit in told],
                "bodies": [bodies[hit["account_id"]][_key(event, facts[hit["no"]])] for hit in told],
                "hosts": [hit["host"] for hit in told],
            },
        )


def _find(event: Event, facts: Sequence[FactRow]) -> list[dict]:
    return sql.rows(
        sql.load("webhooks", "find_hooks"),
        {
            "event": event.name,
            "nos": list(range(len(facts))),
            "accounts": [fact.account_id for fact in facts],
            "subjects": [fact.subject_id for fact in facts],
            "urls": [str(fact.payload.get("url") or "") for fact in facts],
        },
    )


def _write(
    event: Event, writer: Writer, facts: Sequence[FactRow], hits: list[dict]
) -> dict[int, dict[int, str]]:
    wanted: dict[int, set[int]] = defaultdict(set)
    for hit in hits:
        wanted[hit["account_id"]].add(_key(event, facts[hit["no"]]))
    return {account_id: writer.write(account_id, sorted(ids)) for account_id, ids in wanted.items()}


def _key(event: Event, fact: FactRow) -> int:
    return (fact.subject_id if event.about_subject else fact.subscriber_id) or 0
