"""What can be wrong with a call about facts."""

from __future__ import annotations

from postroom.lib.errors import NotFound


class FactNotParked(NotFound):
    """The fact does not wait for anybody."""

    code = "fact_not_parked"

    def __init__(self) -> None:
        super().__init__(
            "This fact is not parked.", help="It has been replayed already, or its account is gone."
        )
