"""Verbs of the ledger: plan messages, expand an audience, pause, resume and cancel."""

from postroom.sending.services.expand import expand
from postroom.sending.services.flow import (
    cancel_send,
    finish_sends,
    pause_send,
    resume_send,
    start_broadcast,
    sweep_cancelled,
)
from postroom.sending.services.plan import Planned, other_recipient, plan_mail, plan_one, standing_send

__all__ = [
    "Planned",
    "cancel_send",
    "expand",
    "finish_sends",
    "other_recipient",
    "pause_send",
    "plan_mail",
    "plan_one",
    "resume_send",
    "standing_send",
    "start_broadcast",
    "sweep_cancelled",
]
