"""Runs a sender as a process of its own, with a quicker pace than in earnest: `python -m
tests.support.sender`.

Settings come from the environment as usual; the one argument is JSON with fields of `Pace`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

QUICK = {
    "lease_s": 3.0,
    "heartbeat_s": 0.5,
    "idle_poll_s": 0.1,
    "hold_first_s": 0.2,
    "hold_most_s": 1.0,
    "line_rest_s": 0.1,
    "drain_s": 20.0,
}


def start(
    dsn: str,
    data: Path,
    smtp_url: str | None,
    *,
    connections: int = 4,
    wrap: tuple[str, ...] = (),
    **pace: Any,
) -> subprocess.Popen[bytes]:
    """A sender in `data`, in a process group of its own; ends with SIGTERM."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("POSTROOM_")},
        "POSTROOM_DATA": str(data),
        "DATABASE_URL": dsn,
        "POSTROOM_SECRET_KEY": "0123456789abcdef" * 4,
        "POSTROOM_SENDER_CONNECTIONS": str(connections),
        "DJANGO_SETTINGS_MODULE": "postroom.config.django",
    }
    if smtp_url:
        env["POSTROOM_SMTP_URL"] = smtp_url
    data.mkdir(parents=True, exist_ok=True)
    with (data / "sender.log").open("ab") as log:
        return subprocess.Popen(
            [*wrap, sys.executable, "-m", "tests.support.sender", json.dumps(QUICK | pace)],
            env=env,
            stdout=log,
            stderr=log,
            process_group=0,
        )


def main() -> None:
    import django

    from postroom.lib.parent import end_with_parent

    end_with_parent()
    django.setup()
    from postroom.sending.pace import Pace
    from postroom.sending.sender import main as run
    from postroom.settings import load

    run(load(), Pace(**json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()
