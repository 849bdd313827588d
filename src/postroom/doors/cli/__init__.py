"""The commands about data: account, import, demo."""

import typer


def add_commands(app: typer.Typer) -> None:
    """Adds this door's commands to the `postroom` command."""
