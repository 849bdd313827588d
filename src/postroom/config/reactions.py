"""Who reacts to what: the one page on which rooms that act on facts are bound to the facts they act on."""

from __future__ import annotations

from functools import partial
from threading import Event

from postroom.events import services as events
from postroom.events.services import FactRow, Reaction
from postroom.sequences import reactions as sequences
from postroom.webhooks import reactions as webhooks
from postroom.webhooks import rules as webhook_rules

REACTIONS: dict[str, list[Reaction]] = {
    "subscriber_activated": [sequences.wake, webhooks.fire],
    "subscriber_unsubscribed": [sequences.stop, webhooks.fire],
    "subscriber_bounced": [sequences.stop, webhooks.fire],
    "subscriber_complained": [sequences.stop, webhooks.fire],
    "form_subscribed": [webhooks.fire],
    "tag_added": [webhooks.fire],
    "tag_removed": [webhooks.fire],
    "sequence_subscribed": [webhooks.fire],
    "sequence_completed": [webhooks.fire],
    "link_clicked": [webhooks.fire],
    "purchase_created": [webhooks.fire],
    "product_purchased": [webhooks.fire],
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
    bind_bodies()


# The state that a person has after the event, whatever else has happened to them until it is told.
STATES = {
    "subscriber_activate": "active",
    "subscriber_unsubscribe": "cancelled",
    "subscriber_bounce": "bounced",
    "subscriber_complain": "complained",
}


def bind_bodies() -> None:
    """Who writes the bodies of webhooks; safe to repeat."""
    from postroom.doors.api_v3 import wire

    for event in webhook_rules.EVENTS.values():
        if event.about_subject:
            webhooks.writers[event.name] = webhooks.Writer(wire.hook_purchase, wire.hook_purchase_sample)
        else:
            state = STATES.get(event.name)
            webhooks.writers[event.name] = webhooks.Writer(
                partial(wire.hook_subscribers, state=state), partial(wire.hook_sample, state=state)
            )


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
