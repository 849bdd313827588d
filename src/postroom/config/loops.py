"""What the worker does again and again, beside jobs. The one page where rooms' loops are bound to it.

`run` gets an event that is set when the process should stop; it does one round and returns how much it did
(or None). A round that did something is followed by the next one at once, an empty one by `interval_s`.
Loops with `leader` run on one worker of the whole installation only (the scheduler).
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event


@dataclass(frozen=True)
class Loop:
    """One thing done again and again."""

    name: str
    run: Callable[[Event], int | None]
    interval_s: float
    leader: bool = False


def all_loops() -> list[Loop]:
    """Every loop of the worker; imported late, as it needs Django to be set up."""
    from postroom.broadcasts import loops as broadcasts
    from postroom.config import finished, reactions, upkeep
    from postroom.doors.cli.demo import reader
    from postroom.sequences import loops as sequences
    from postroom.settings import load
    from postroom.tracking import services as tracking
    from postroom.webhooks import loops as webhooks

    return [
        Loop("partitions", upkeep.make_partitions, 3600, leader=True),
        Loop("retention", upkeep.apply_retention, 6 * 3600, leader=True),
        Loop("ended accounts", upkeep.delete_ended, 5, leader=True),
        Loop("finished", finished.forget_finished, 3600, leader=True),
        Loop("expired", upkeep.forget_expired, 3600, leader=True),
        Loop("disk", upkeep.watch_disk, 15, leader=True),
        Loop("facts", reactions.fan_out, 1),
        Loop("webhooks", webhooks.deliver, 1),
        Loop("counters", reactions.fold_counters, 2, leader=True),
        Loop("imports", reactions.take_up_imports, 5, leader=True),
        # Each host's workers drain its own spool; a lock on each segment keeps two of them apart.
        Loop("spool", lambda _: tracking.drain_spool(directory=load().edge_spool_dir), 0.5),
        Loop("clicks", lambda _: tracking.settle_clicks(), 2, leader=True),
        Loop("sequences due", sequences.send_due, 1),
        Loop("broadcasts due", broadcasts.start_due, 1, leader=True),
        Loop("expansion", broadcasts.expand_audiences, 1, leader=True),
        Loop("sends", broadcasts.follow_sends, 1, leader=True),
        Loop("outlets", broadcasts.watch_outlets, 10, leader=True),
        Loop("test inbox", broadcasts.trim_inbox, 5, leader=True),
        Loop("demo readers", reader.read_some, 2, leader=True),
        Loop("wall times", broadcasts.renew_times, 3600, leader=True),
    ]
