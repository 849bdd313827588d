"""`postroom operator`: who runs the installation."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def operator(
    email: Annotated[
        str | None, typer.Argument(help="The user's address; without one all operators are listed.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="They run it no longer.")] = False,
) -> None:
    """Let a user run the installation: choose the mail server, make accounts, read its own mails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.config.django")
    import django

    django.setup(set_prefix=False)
    from postroom.accounts import services

    if email is None:
        found = [user.email for user in services.list_operators()]
        typer.echo(
            "\n".join(found) or "Nobody runs this installation: name one with “postroom operator ADDRESS”."
        )
        return
    user = services.set_operator(email=email, runs=not remove)
    typer.echo(f"{user.email} {'runs this installation no longer' if remove else 'runs this installation'}.")
