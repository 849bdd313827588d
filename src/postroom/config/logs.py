"""The log of one process: lines for people or JSON for machines, free of addresses and query strings.

API v3 carries keys and addresses in query strings, PostgreSQL repeats a conflicting row in an error's detail:
whatever a library logs passes `scrub` before it is written.
"""

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from postroom.config.lines import scrub
from postroom.settings import load


def set_up(process: str) -> None:
    """Sends everything logged in this process, by structlog or `logging`, to standard error."""
    settings = load()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=()),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        lambda _, __, event: {**event, "process": process},
        scrub_event,
    ]
    last = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    sys.excepthook = _log_death
    threading.excepthook = lambda died: _log_death(died.exc_type, died.exc_value, died.exc_traceback)
    sys.unraisablehook = lambda died: _log_death(died.exc_type, died.exc_value, died.exc_traceback)
    logging.captureWarnings(True)
    handler.addFilter(name_route)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    # Granian's own handler would print an application error as it is.
    served = logging.getLogger("_granian")
    served.handlers.clear()
    served.propagate = True
    for name in ("procrastinate", "psycopg.pool", "django"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _log_death(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """An error that nobody caught goes the same way as every line: scrubbed, in the form that was chosen."""
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    logging.getLogger("postroom").critical("died", exc_info=(kind, error, trace))


def name_route(record: logging.LogRecord) -> bool:
    """Puts the route's template where Django logs a request's path: paths carry tokens of links."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if path and isinstance(record.args, tuple):
        match = getattr(request, "resolver_match", None)
        route = f"/{match.route}" if match else "(no route)"
        record.args = tuple(route if each == path else each for each in record.args)
    return True


def scrub_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The same event with every text in it scrubbed."""
    return {key: scrub(value) if isinstance(value, str) else value for key, value in event.items()}
