"""What can be done with sequences, their emails and the people in them."""

from postroom.sequences.services.advance import send_due
from postroom.sequences.services.change import create, delete, save
from postroom.sequences.services.emails import Saved, add_email, delete_email, order_emails, save_email
from postroom.sequences.services.letter import Hint, Shown, preview, test_send
from postroom.sequences.services.people import Joined, add_people, remove, stop_people, subscribe, wake_people

__all__ = [
    "Hint",
    "Joined",
    "Saved",
    "Shown",
    "add_email",
    "add_people",
    "create",
    "delete",
    "delete_email",
    "order_emails",
    "preview",
    "remove",
    "save",
    "save_email",
    "send_due",
    "stop_people",
    "subscribe",
    "test_send",
    "wake_people",
]
