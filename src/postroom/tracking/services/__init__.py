"""What is done with hits: stored, judged again, acted upon."""

from postroom.tracking.services.drain import drain_spool
from postroom.tracking.services.leave import take_back_unsubscribe, unsubscribe
from postroom.tracking.services.settle import settle_clicks

__all__ = ["drain_spool", "settle_clicks", "take_back_unsubscribe", "unsubscribe"]
