"""What is done with hits: stored, judged again, acted upon."""

from postroom.tracking.services.address import ask_to_move, move, read_move
from postroom.tracking.services.drain import drain_spool
from postroom.tracking.services.leave import take_back_unsubscribe, unsubscribe
from postroom.tracking.services.settle import settle_clicks

__all__ = [
    "ask_to_move",
    "drain_spool",
    "move",
    "read_move",
    "settle_clicks",
    "take_back_unsubscribe",
    "unsubscribe",
]
