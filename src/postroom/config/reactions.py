"""Who reacts to what: the one page on which rooms that act on facts are bound to the facts they act on."""

from __future__ import annotations

from threading import Event

from postroom.events import services as events
from postroom.events.services import FactRow, Reaction
from postroom.sequences import reactions as sequences

REACTIONS: dict[str, list[Reaction]] = {
    "subscriber_activated": [sequences.wake],
    "subscriber_unsubscribed": [sequences.stop],
    "subscriber_bounced": [sequences.stop],
    "subscriber_complained": [sequences.stop],
}
"""Fact kind (of `events.services.KINDS`) → functions that get a batch, in the fan-out's transaction."""


def bind() -> None:
    """Puts this page into force; safe to repeat."""
    unknown = set(REACTIONS) - events.KINDS
    if unknown:
        raise ValueError(f"reactions to facts that nobody records: {', '.join(sorted(unknown))}")
    events.reactions_registry.clear()
    events.reactions_registry.update(REACTIONS)
    events.parked_hooks[:] = [tell_parked]


def tell_parked(fact: FactRow, error: str) -> None:
    """The alarm when a fact's reactions have failed eight times."""
    from postroom.accounts import services as accounts

    accounts.notify(
        account_id=fact.account_id,
        key=f"fact-parked-{fact.kind}",
        level="alarm",
        title="Something that should follow an event could not be done",
        body=f"What follows “{fact.kind}” failed eight times ({error.splitlines()[0][:200]}). "
        "Nothing else is held up. The server's log has the details; the fact can be replayed.",
    )


def fan_out(stop: Event) -> int:
    """One round of the worker's loop."""
    bind()
    return events.fan_out()


def fold_counters(stop: Event) -> int:
    """One round of the worker's loop: folds pending counts."""
    from postroom.subscribers import services as subscribers

    folded = subscribers.fold_counters()
    return folded if folded >= 50_000 else 0


def take_up_imports(stop: Event) -> int:
    """One round of the worker's loop: imports whose worker died go on, paused ones when there is room."""
    from postroom.imports import tasks

    return tasks.take_up_stalled()
