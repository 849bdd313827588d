"""The `postroom` command. Every command imports what it needs when it runs: `serve` must stay small."""

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from postroom.config.lines import PROCESS_VARIABLE, make_line, wants_json, write_death
from postroom.settings import SettingsError, load

app = typer.Typer(
    name="postroom",
    help="Self-hosted email for creators.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
keys_app = typer.Typer(help="The installation key.", no_args_is_help=True)
app.add_typer(keys_app, name="keys")


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 failed, 2 wrong settings or arguments (with a sentence each)."""
    # Only the commands about data need their room's code; the others start without it.
    if len(sys.argv) < 2 or sys.argv[1] not in _OWN:
        from postroom.doors.cli import add_commands

        add_commands(app)
    try:
        if "POSTROOM_SUPERVISED" in os.environ and sys.argv[1] in _FIRST:
            from postroom.config import logs

            logs.set_up(sys.argv[1])
        app(prog_name="postroom")
    except SettingsError as error:
        _fail(str(error), 2)
    except Exception as error:
        # By name: importing the classes would load what most commands do not need.
        if type(error).__name__ in _EXPECTED:
            _fail(str(error), 1)
        if type(error).__name__ in _NO_DATABASE:
            reason = str(error).strip().splitlines()[0]
            own = "check DATABASE_URL and the server" if os.environ.get("DATABASE_URL") else _START
            _fail(f"The database does not answer ({reason}): {own}.", 1)
        if any(base.__name__ == "PostroomError" for base in type(error).__mro__):
            _fail(f"{error} {getattr(error, 'help', '')}".strip(), 1)
        if not _writes_json():
            raise
        write_death(type(error), error, error.__traceback__)
        sys.exit(1)


_START = "start `postroom serve`, or set DATABASE_URL if it is a server of yours"
_EXPECTED = {"PostgresError", "SchemaError", "BackupError", "ServeError", "KeysError", "PortError"}
_NO_DATABASE = {"OperationalError", "PoolTimeout", "ConnectionTimeout"}
_OWN = {"serve", "web", "edge", "worker", "sender", "inbound", "migrate", "doctor", "backup", "restore"}
_OWN |= {"keys", "upgrade", "setup-code"}
_FIRST = {"migrate", "demo", "setup-code"}  # what `serve` runs to its end before the rest starts
_LONG_LIVED = {"serve", "web", "edge", "worker", "sender", "inbound"}


def _fail(text: str, code: int) -> NoReturn:
    lines = text.strip().splitlines()
    if _writes_json():
        made = (make_line(line, level="error", process=sys.argv[1]) for line in lines)
    else:
        made = (f"postroom: {line}" for line in lines)
    sys.stderr.write("".join(f"{line}\n" for line in made))
    sys.exit(code)


def _writes_json() -> bool:
    """Whether a machine reads this process's lines; known also when the settings cannot be read."""
    if "POSTROOM_SUPERVISED" not in os.environ and sys.argv[1:2] not in ([name] for name in _LONG_LIVED):
        return False
    with contextlib.suppress(SettingsError):
        os.environ["POSTROOM_LOG_FORMAT"] = load().log_format
    os.environ.setdefault(PROCESS_VARIABLE, sys.argv[1])
    return wants_json()


@app.command()
def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill in demo data first, when there are none.")
    ] = False,
) -> None:
    """Run everything: PostgreSQL (unless DATABASE_URL is set), web, edge, worker and sender."""
    from postroom.config.supervisor import serve as run

    raise typer.Exit(run(demo=demo))


@app.command()
def web() -> None:
    """Run the web process: screens, APIs and public pages."""
    from postroom.config import servers

    servers.run_web()


@app.command()
def edge() -> None:
    """Run the edge process: clicks, opens and one-click unsubscribes. It opens no database connection."""
    from postroom.config import servers

    servers.run_edge()


@app.command()
def worker() -> None:
    """Run a worker: jobs, timers, fan-out of facts, webhook deliveries."""
    _live_with_parent()
    from postroom.config.worker import main as run

    run()


@app.command()
def sender() -> None:
    """Run a sender: hands messages to the SMTP server or the test inbox."""
    _live_with_parent()
    from postroom.config.sender import main as run

    run()


@app.command()
def inbound() -> None:
    """Run the listener for bounces and complaints. It is off: this version has none to configure."""
    typer.echo("The inbound listener is off: bounces are read from the SMTP server's answers only.")


@app.command()
def migrate() -> None:
    """Bring the database's schema up to this version. Safe to run twice, also at once."""
    from postroom.config.migrate import migrate as run

    for name in run():
        typer.echo(f"Applied {name}.")
    typer.echo("The database is up to date.")


@app.command("setup-code")
def setup_code(
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when no code is needed.")] = False,
) -> None:
    """Print a new code for the first run. It is asked for when others can reach this Postroom, once."""
    from postroom.config.setup_code import make

    if code := make():
        typer.echo(f"Set-up code, for whoever opens the first page: {code}")
    elif not quiet:
        typer.echo("Somebody can sign in already: no set-up code is needed.")


@app.command()
def doctor() -> None:
    """Look at settings, database, disk, SMTP, DNS and proxies, and say what to do."""
    from postroom.config.doctor import examine, show

    raise typer.Exit(show(examine()))


@app.command()
def backup(
    file: Path,
    with_key: Annotated[bool, typer.Option(help="Put the secret key into the archive, unsealed.")] = False,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="Seal the secret key with the passphrase in this file.")
    ] = None,
) -> None:
    """Write one consistent archive of database, media and settings, while serving."""
    from postroom.config.backup import backup as run

    typer.echo(run(file=file, with_key=with_key, passphrase=_read_passphrase(passphrase_file)))


@app.command()
def restore(
    file: Path,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="The passphrase that the secret key was sealed with.")
    ] = None,
) -> None:
    """Restore an archive into an empty installation. Sends start held: nobody gets a second copy unasked."""
    from postroom.config.restore import restore as run

    typer.echo(run(file=file, passphrase=_read_passphrase(passphrase_file)))


@keys_app.command("rotate")
def rotate_keys() -> None:
    """Make a new installation key and seal every stored secret anew. Older links stay valid."""
    from postroom.config.keys import rotate

    typer.echo(rotate())


@app.command()
def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Only say what an upgrade would do.")] = False,
) -> None:
    """Apply what a new version needs to the database; with --check only say it."""
    from postroom.config.upgrade import plan

    for line in plan():
        typer.echo(line)
    if not check:
        from postroom.config.backup import running_database

        with running_database(load()):
            migrate()


def _read_passphrase(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get("POSTROOM_BACKUP_PASSPHRASE") or None
    try:
        text = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        _fail(f"The passphrase file {file} cannot be read ({reason}): correct its path or its rights.", 2)
    if not text:
        _fail(f"The passphrase file {file} is empty: write the passphrase into it.", 2)
    return text


def _live_with_parent() -> None:
    """Under `serve`, ends with it even when it is killed: two sets of processes must never run at once."""
    if os.environ.get("POSTROOM_SUPERVISED"):
        import signal

        from postroom.lib.parent import end_with_parent

        end_with_parent(signal.SIGTERM)
