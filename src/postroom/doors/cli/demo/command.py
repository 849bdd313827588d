"""`postroom demo`: made-up creators to look around with."""

from __future__ import annotations

import os
from typing import Annotated

import typer


def demo(
    remove: Annotated[bool, typer.Option("--remove", help="Delete all demo accounts again.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Make the demo anew, also after it was removed.")
    ] = False,
) -> None:
    """Make three demo creators with 2,000 people and a year of letters.

    A second run keeps everything; once removed, the demo stays away until `--again`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postroom.config.django")
    import django

    django.setup(set_prefix=False)
    from postroom.accounts import services
    from postroom.doors.cli.demo.content import LOGIN, PASSWORD
    from postroom.doors.cli.demo.fill import fill

    if remove or again:
        gone = services.remove_demo()
        if remove:
            typer.echo(f"Removed {gone} demo account(s)." if gone else "There is no demo data.")
            return
    if not fill(again=again):
        typer.echo("The demo data were removed here: “postroom demo --again” makes them anew.")
        return
    services.let_demo_run(email=LOGIN)
    typer.echo(f"Demo sign-in: {LOGIN}, password {PASSWORD}")
