"""Verbs of imports: take a file, map it, look ahead, run it, stop it."""

from postroom.imports.services.plan import Preview, check, map_columns
from postroom.imports.services.run import cancel, resume, run, stalled, start
from postroom.imports.services.take import create

__all__ = [
    "Preview",
    "cancel",
    "check",
    "create",
    "map_columns",
    "resume",
    "run",
    "stalled",
    "start",
]
