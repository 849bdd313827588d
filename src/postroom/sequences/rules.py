"""What a sequence and its emails may say; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postroom.sequences.errors import SequenceInvalid

MAX_NAME = 255
MAX_DELAY = {"days": 3650, "hours": 87_600}
MAX_EMAILS = 200
FIRST_DELAY, LATER_DELAY = 0, 1
"""Days that a new email waits: the first of a sequence leaves at once, a later one the day after."""


def check_sequence(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a sequence as they are stored. Raises SequenceInvalid naming the first that is wrong."""
    return _checked(changes, _SEQUENCE)


def check_email(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of an email but its body, as they are stored. Raises SequenceInvalid."""
    return _checked(changes, _EMAIL)


def check_delay(value: int, unit: str) -> None:
    """Raises SequenceInvalid when an email would wait for longer than ten years."""
    most = MAX_DELAY[unit]
    if value > most:
        raise SequenceInvalid(
            f"A delay has at most {most:,} {unit}.", field="delay_value", help="Choose a shorter one."
        )


def check_order(known: list[int], wanted: list[int]) -> list[int]:
    """`wanted` if it names every email once. Raises SequenceInvalid."""
    if sorted(known) != sorted(wanted):
        raise SequenceInvalid(
            "This order does not name every email of the sequence once.",
            field="ids",
            help="Load the sequence again and repeat the move.",
        )
    return wanted


def _checked(changes: Mapping[str, Any], rules: Mapping[str, Callable[[str, Any], Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in rules:
            raise SequenceInvalid(f"There is no setting called “{name}”.", field=name, help="Leave it out.")
        out[name] = rules[name](name, value)
    return out


def _line(most: int, required: bool = False) -> Callable[[str, Any], str]:
    """One line of text: these become headers."""

    def rule(name: str, value: Any) -> str:
        if not isinstance(value, str):
            raise SequenceInvalid("This must be text.", field=name, help="Send a string.")
        text = value.replace("\x00", "").encode("utf-8", "replace").decode()
        text = " ".join(text.split())
        if required and not text:
            raise SequenceInvalid("This may not be empty.", field=name, help="Write at least a word.")
        if len(text) > most:
            raise SequenceInvalid(
                f"This is {len(text) - most} characters too long.",
                field=name,
                help=f"At most {most} characters fit.",
            )
        return text

    return rule


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise SequenceInvalid("This must be true or false.", field=name, help="Send a boolean.")
    return value


def _delay(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SequenceInvalid("A delay is a whole number, 0 or more.", field=name, help="0 means at once.")
    return value


def _unit(name: str, value: Any) -> str:
    if value not in MAX_DELAY:
        raise SequenceInvalid("A delay is in days or hours.", field=name, help="Choose one of the two.")
    return str(value)


_SEQUENCE: dict[str, Callable[[str, Any], Any]] = {
    "name": _line(MAX_NAME, required=True),
    "hold": _flag,
    "repeat": _flag,
    "active": _flag,
    "from_name": _line(200),
    "from_email": _line(320),
}
_EMAIL: dict[str, Callable[[str, Any], Any]] = {
    "subject": _line(1_000),
    "preview_text": _line(1_000),
    "delay_value": _delay,
    "delay_unit": _unit,
    "published": _flag,
}
