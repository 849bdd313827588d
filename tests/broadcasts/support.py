"""What tests of broadcasts share. Imported by tests, never by a conftest: Django is set up by then."""

from threading import Event

from postroom.broadcasts import loops

NEVER = Event()
BODY = {
    "v": 1,
    "doc": {
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Good morning."}]}],
    },
}


def turn() -> None:
    """Let the scheduler do everything that is due."""
    loops.start_due(NEVER)
    while loops.expand_audiences(NEVER):
        pass
    loops.follow_sends(NEVER)
