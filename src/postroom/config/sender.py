"""The sender process: sets up what the room `sending` stands on, then hands over."""

from postroom.config import logs
from postroom.settings import load


def main() -> None:
    """Sends until it is told to stop."""
    settings = load()
    logs.set_up("sender")
    from postroom.config.migrate import check_schema
    from postroom.sending.sender import main as run

    check_schema()
    run(settings)
