"""What the worker does for sequences, again and again. A round may be killed and may run twice."""

from __future__ import annotations

from threading import Event

from postroom.sequences import services


def send_due(stop: Event) -> int:
    """One round: a batch of people who are due."""
    return services.send_due()
