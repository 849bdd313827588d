"""The log holds what happened, never a query string or an address."""

import json
import subprocess
import sys

import pytest

from postroom.config.logs import scrub
from tests.support.server import clean_environment

SCRUBBED = [
    ("GET /v3/subscribers?api_secret=abc&page=2 done", "GET /v3/subscribers?<query> done"),
    ("https://example.com/a?b=c", "https://example.com/a?<query>"),
    ("sent to alice.b+news@mail.example.co.uk now", "sent to <address> now"),
    ("email=alice%40example.com", "email=<address>"),
    ("duplicate key\nDETAIL:  Key (email_key)=(x) already exists.", "duplicate key\nDETAIL: <hidden>"),
    ("who did that? me", "who did that? me"),
    ("sender-1 ended with code 1", "sender-1 ended with code 1"),
]


@pytest.mark.parametrize(("text", "clean"), SCRUBBED)
def test_texts_are_scrubbed(text, clean):
    assert scrub(text) == clean


CODE = """
import logging, structlog
from postroom.config import logs
logs.set_up("test")
structlog.get_logger("room").info("hello", url="/v3/x?api_key=s3cret", person="alice@example.com")
logging.getLogger("library").warning("asked %s", "/v3/y?api_key=s3cret")
from granian.log import configure_logging, LogLevels
configure_logging(LogLevels.warning)
logs.set_up("test")
logging.getLogger("_granian").error("Application callable raised for /v3/a?api_key=s3cret")
try:
    raise ValueError("Key (email)=(alice@example.com)")
except ValueError:
    structlog.get_logger("room").exception("failed")
raise RuntimeError("nobody caught /v3/z?api_key=s3cret")
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_every_way_into_the_log_is_scrubbed(form, tmp_path):
    env = clean_environment(POSTROOM_DATA=str(tmp_path), POSTROOM_LOG_FORMAT=form)
    done = subprocess.run([sys.executable, "-c", CODE], env=env, capture_output=True, text=True)
    assert done.stdout == ""
    for word in ("hello", "asked", "Application callable", "failed", "ValueError", "died", "nobody caught"):
        assert word in done.stderr, word
    assert "s3cret" not in done.stderr
    assert "alice" not in done.stderr


def test_json_lines_are_json(tmp_path):
    env = clean_environment(POSTROOM_DATA=str(tmp_path), POSTROOM_LOG_FORMAT="json")
    done = subprocess.run([sys.executable, "-c", CODE], env=env, capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == [
        "hello",
        "asked /v3/y?<query>",
        "Application callable raised for /v3/a?<query>",
        "failed",
        "died",
    ]
    assert {line["process"] for line in lines} == {"test"}
    assert lines[0]["person"] == "<address>"
    assert lines[0]["timestamp"].endswith("Z")
