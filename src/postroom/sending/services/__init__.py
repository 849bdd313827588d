"""Verbs of the ledger: plan messages, expand an audience, pause, resume and cancel."""

from postroom.sending.services.expand import expand
from postroom.sending.services.flow import (
    cancel_send,
    finish_send,
    list_ended,
    pause_send,
    resume_send,
    start_broadcast,
    sweep_cancelled,
)
from postroom.sending.services.plan import (
    Planned,
    other_recipient,
    plan_mail,
    plan_one,
    plan_tests,
    standing_send,
)
from postroom.sending.services.resend import resend

__all__ = [
    "Planned",
    "cancel_send",
    "expand",
    "finish_send",
    "list_ended",
    "other_recipient",
    "pause_send",
    "plan_mail",
    "plan_one",
    "plan_tests",
    "resend",
    "resume_send",
    "standing_send",
    "start_broadcast",
    "sweep_cancelled",
]
