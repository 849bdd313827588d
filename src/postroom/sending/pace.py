"""How fast the sender breathes. One value object, so that tests can breathe faster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds, sizes in rows."""

    lease_s: float = 120.0
    """How long a chunk stays a sender's without a sign of life."""
    heartbeat_s: float = 20.0
    idle_poll_s: float = 0.5
    """How often an idle sender looks for work that nobody woke it for."""
    claim_pause_s: float = 0.02
    chunk_rows: int = 500
    urgent_chunks: int = 50
    """Single messages (class 0) claimed at once."""
    chunks_at_once: int = 3
    """Bulk chunks in the works at the same moment: one is written out while others wait for a commit or a
    server."""
    batch_rows: int = 100
    """Messages declared by one intent. Tried with fsync: 50 and two chunks 2,300/s, 100 and three 5,000/s."""
    flush_rows: int = 100
    flush_s: float = 0.01
    """Outcomes are written together, so many or after so long."""
    hold_first_s: float = 5.0
    hold_most_s: float = 300.0
    """How long an outlet rests after it could not be reached or refused everything for now; doubles in
    between."""
    transients_in_a_row: int = 5
    """So many 4xx without one acceptance between them make the outlet rest."""
    line_rest_s: float = 1.0
    """How long one connection rests that the server sent away while others work; doubles each time."""
    drain_s: float = 30.0
    retry_factor: float = 1.0
    """Stretches the retry schedule."""


PACE = Pace()
LEASE_S = PACE.lease_s
LOST_IN_A_ROW = 20
"""So many lost answers of a broadcast without one acceptance between them stop it."""
AMBIGUOUS_TRIES = 3
"""After so many tries whose answer was lost a row stays `uncertain` rather than go out once more."""
