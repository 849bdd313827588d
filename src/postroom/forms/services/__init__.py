"""What can be done with forms, and at them."""

from postroom.forms.services.change import archive, create, duplicate, refreeze, save
from postroom.forms.services.confirm import confirm, read_confirmation
from postroom.forms.services.letter import hints as letter_hints
from postroom.forms.services.subscribe import Joined, subscribe
from postroom.forms.services.visits import count_visits, note_visit

__all__ = [
    "Joined",
    "archive",
    "confirm",
    "count_visits",
    "create",
    "duplicate",
    "letter_hints",
    "note_visit",
    "read_confirmation",
    "refreeze",
    "save",
    "subscribe",
]
