"""The commands about data: account, operator, import, demo."""

import typer


def add_commands(app: typer.Typer) -> None:
    """Adds this door's commands to the `postroom` command."""
    from postroom.doors.cli import account, importing, operator
    from postroom.doors.cli.demo import command

    app.add_typer(account.app, name="account")
    app.command("operator")(operator.operator)
    app.command("import")(importing.import_people)
    app.command("demo")(command.demo)
