"""Verbs of broadcasts."""

from postroom.broadcasts.services.copies import send_anyway, send_for_real, test_send
from postroom.broadcasts.services.draft import create, delete, duplicate, follow_up, save
from postroom.broadcasts.services.preview import preview
from postroom.broadcasts.services.resend import resend
from postroom.broadcasts.services.run import cancel, pause, resume
from postroom.broadcasts.services.schedule import schedule, start_if_due, unschedule

__all__ = [
    "cancel",
    "create",
    "delete",
    "duplicate",
    "follow_up",
    "pause",
    "preview",
    "resend",
    "resume",
    "save",
    "schedule",
    "send_anyway",
    "send_for_real",
    "start_if_due",
    "test_send",
    "unschedule",
]
