"""The sender process: sets up what the room `sending` stands on, then hands over."""

from postroom.config import logs
from postroom.config.migrate import check_schema
from postroom.settings import load


def main() -> None:
    """Sends until it is told to stop. Raises SchemaError."""
    settings = load()
    logs.set_up("sender")
    check_schema()
    from postroom.sending.sender import main as run  # its models need Django, which is set up by now

    run(settings)
