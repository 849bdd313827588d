"""Lines of the log without any library: for processes that must stay small, and for whoever fails early.

`granian.json` names `make_handler`: granian's master process and its workers' first moments write through it.
"""

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

PROCESS_VARIABLE = "POSTROOM_PROCESS"
_QUERY = re.compile(r"(?<=[\w/.-])\?[^\s\"'<>]+")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+%40[\w.-]+")
_DETAIL = re.compile(r"^(DETAIL|CONTEXT):.*$", re.MULTILINE)


def scrub(text: str) -> str:
    """Text without query strings, email addresses and PostgreSQL's error details."""
    return _ADDRESS.sub("<address>", _QUERY.sub("?<query>", _DETAIL.sub(r"\1: <hidden>", text)))


def wants_json() -> bool:
    """Whether lines are JSON, by the environment alone."""
    return os.environ.get("POSTROOM_LOG_FORMAT") == "json"


def make_line(event: str, *, level: str, process: str, **more: str) -> str:
    """One line of the log, JSON or for people, scrubbed; `more` are further keys."""
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    if wants_json():
        line = {"event": event, "process": process, **more, "level": level, "timestamp": at}
        return json.dumps({key: scrub(value) for key, value in line.items()})
    trace = more.pop("exception", "")
    words = " ".join(f"{key}={value}" for key, value in {"process": process, **more}.items())
    return scrub(f"{at} [{level:<9}] {event} {words}" + (f"\n{trace}" if trace else ""))


class LineFormatter(logging.Formatter):
    """`logging`'s records as such lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line (for people, an error's trace follows)."""
        more = {"logger": record.name}
        if record.exc_info:
            more["exception"] = self.formatException(record.exc_info)
        process = os.environ.get(PROCESS_VARIABLE, "postroom")
        return make_line(record.getMessage(), level=record.levelname.lower(), process=process, **more)


def make_handler() -> logging.Handler:
    """A handler on standard error; from now on errors that nobody caught are lines too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    sys.excepthook = write_death
    return handler


def write_death(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What `sys.excepthook` does: the error as one line."""
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    text = "".join(traceback.format_exception(kind, error, trace)).rstrip()
    process = os.environ.get(PROCESS_VARIABLE, "postroom")
    sys.stderr.write(make_line("died", level="critical", process=process, exception=text) + "\n")
