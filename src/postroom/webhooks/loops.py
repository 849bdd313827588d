"""What the worker does for webhooks, again and again."""

from __future__ import annotations

from threading import Event

import uvloop

from postroom.settings import load
from postroom.webhooks.deliver import Deliverer


def deliver(stop: Event) -> None:
    """Delivers until the worker stops; a lost database ends it, and the worker begins it anew."""
    settings = load()
    uvloop.run(_deliver(settings.database_dsn(), settings.allow_private_targets, stop))


async def _deliver(dsn: str, allow_private: bool, stop: Event) -> None:
    await Deliverer(dsn=dsn, allow_private=allow_private).run(stop)
