"""`postroom doctor`: looks at the installation from outside in and says what to do about what is wrong."""

import os
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import typer

from postroom.config import doctor_mail
from postroom.config.findings import Finding
from postroom.lib import disk
from postroom.settings import Settings, load
from postroom.settings.load import unknown_variables
from postroom.settings.schema import config_file, read_running
from postroom.settings.secret import KEY_FILE

TIMEOUT_S = 5


def examine() -> list[Finding]:
    """Everything that was looked at, in order; a check that breaks is itself a finding."""
    settings = load()
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check(settings)
        except Exception as error:  # a doctor must get to the end of the round
            area = check.__name__.removeprefix("_check_")
            found.append(Finding("bad", area, f"The check itself failed: {type(error).__name__}: {error}"))
    return found


def show(findings: list[Finding]) -> int:
    """Prints the findings; returns 1 when something must be mended."""
    signs = {"ok": "ok  ", "note": "note", "bad": "BAD "}
    for finding in findings:
        typer.echo(f"{signs[finding.level]}  {finding.area:<9} {finding.text}")
    bad = sum(finding.level == "bad" for finding in findings)
    typer.echo(f"{bad} thing(s) to mend." if bad else "All is well.")
    return 1 if bad else 0


def _check_settings(settings: Settings) -> Iterator[Finding]:
    file = config_file()
    yield Finding("ok", "settings", f"Read from the environment{f' and {file}' if file.exists() else ''}.")
    yield from (Finding("note", "settings", text) for text in unknown_variables())
    if not settings.support_contact:
        yield Finding(
            "note", "settings", "POSTROOM_SUPPORT_CONTACT is not set: people see no address to ask."
        )


def _check_data(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    if not data.exists():
        yield Finding("note", "data", f"{data} does not exist yet: `postroom serve` makes it.")
        return
    if not os.access(data, os.W_OK | os.X_OK):
        yield Finding("bad", "data", f"{data} cannot be written by this user: run as its owner.")
    volatile = [path for path in (data, *_state_dirs(data)) if disk.is_volatile(path)]
    for path in volatile:
        yield Finding("bad", "data", f"{path} lies in memory and is lost on a reboot: move it to a disk.")
    key = data / KEY_FILE
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding("bad", "data", f"{key} can be read by others: chmod 600 {key}")
    if not volatile:
        yield Finding("ok", "data", f"{data} survives a restart.")


def _check_disk(settings: Settings) -> Iterator[Finding]:
    free, least = disk.free_bytes(settings.data), settings.min_free_disk()
    text = f"{free / 1e9:,.1f} GB free; sends and imports stop below {least / 1e9:,.1f} GB"
    yield Finding(
        "bad" if free < least else "ok", "disk", text + (": free some space." if free < least else ".")
    )


def _check_database(settings: Settings) -> Iterator[Finding]:
    from postroom.settings import SettingsError

    try:
        dsn = settings.database_dsn()
    except SettingsError as error:
        yield Finding("note", "database", str(error))
        return
    try:
        with psycopg.connect(dsn, connect_timeout=TIMEOUT_S) as connection:
            version = connection.info.server_version
            yield Finding(
                "ok" if version >= 150000 else "bad",
                "database",
                f"PostgreSQL {version // 10000}.{version % 10000} answers"
                + ("." if version >= 150000 else ": Postroom needs 15 or newer, upgrade it."),
            )
    except psycopg.OperationalError as error:
        hint = "start `postroom serve`" if not settings.database_url else "check DATABASE_URL and the server"
        yield Finding("bad", "database", f"No connection ({str(error).strip().splitlines()[0]}): {hint}.")
        return
    yield from _check_schema()


def _check_schema() -> Iterator[Finding]:
    from postroom.config.migrate import SchemaError, pending, set_up_django

    set_up_django()
    try:
        missing = pending()
    except SchemaError as error:
        yield Finding("bad", "database", str(error))
        return
    if missing:
        yield Finding("bad", "database", f"{len(missing)} migration(s) are missing: run `postroom migrate`.")
        return
    from postroom.lib import partitions

    for table, rows in partitions.default_rows().items():
        if rows:
            yield Finding(
                "bad", "database", f"{rows} rows of {table} lie in no month: run `postroom migrate`."
            )
    yield Finding("ok", "database", "Its schema is this version's.")
    yield from _check_accounts()


def _check_accounts() -> Iterator[Finding]:
    from postroom.accounts import services
    from postroom.accounts.models import Account

    settings = load()
    if not services.list_operators() and Account.objects.filter(kind="creator", is_demo=False).exists():
        yield Finding(
            "bad",
            "accounts",
            "Nobody runs this installation, so nobody can choose the mail server by the screens: "
            "name one with `postroom operator ADDRESS`.",
        )
    creators = Account.objects.filter(kind="creator", is_demo=False).count()
    if creators > 1 and settings.pages_url == settings.public_url:
        yield Finding(
            "note",
            "accounts",
            f"{creators} creators share one host for their pages and your sign-in: set POSTROOM_PAGES_URL to "
            "a second host, so that a page of one can never act as another.",
        )
    if Account.objects.filter(is_demo=True).exists() and settings.is_public:
        yield Finding(
            "note", "accounts", "Demo data are present on a public address: remove them in the settings."
        )


def _check_smtp(settings: Settings) -> Iterator[Finding]:
    url = _relay_url(settings)
    if url is None:
        yield Finding("note", "smtp", "No SMTP server is set: mail stays in the test inbox.")
        return
    from postroom.sending.trial import try_relay

    source = "POSTROOM_SMTP_URL" if settings.smtp_url else "the sending settings"
    trial = try_relay(url)  # as the sender would: the same TLS, the same refusal to send a password in clear
    if not trial.ok:
        yield Finding("bad", "smtp", f"{trial.message} {trial.help} ({source})")
        return
    slow = "" if trial.pipelines else " It offers no PIPELINING: sending is slower."
    yield Finding("ok", "smtp", f"The mail server of {source} takes mail. {trial.message}{slow}")


def _relay_url(settings: Settings) -> str | None:
    """The SMTP server in force, also one that was chosen on the screens; None is the test inbox.

    A database that is away or too old tells nothing; its own check has said so."""
    if settings.smtp_url or not _has_schema():
        return settings.smtp_url
    from postroom.accounts import services

    relay = services.saved_relay()
    return relay.url if relay else None


def _has_schema() -> bool:
    from postroom.config.migrate import SchemaError, pending, set_up_django
    from postroom.settings import SettingsError

    try:
        set_up_django()
        from django.db import DatabaseError
        from psycopg_pool import PoolTimeout

        try:
            return not pending()
        except (DatabaseError, PoolTimeout):
            return False
    except (SchemaError, SettingsError):
        return False


def _check_mail(settings: Settings) -> Iterator[Finding]:
    if not _has_schema():
        return
    from postroom.accounts.models import Account

    senders = Account.objects.filter(kind="creator", is_demo=False).exclude(from_email="")
    domains = {email.rpartition("@")[2].lower() for email in senders.values_list("from_email", flat=True)}
    relay = _relay_url(settings)
    yield from doctor_mail.check_domains(domains, relay=urlsplit(relay).hostname if relay else None)


def _check_dns(settings: Settings) -> Iterator[Finding]:
    for name, url in (
        ("public", settings.public_url),
        ("edge", settings.edge_url),
        ("pages", settings.pages_url),
    ):
        host = urlsplit(url).hostname or ""
        try:
            socket.getaddrinfo(host, None)
        except OSError:
            yield Finding("bad", "dns", f"{host} (POSTROOM_{name.upper()}_URL) has no address: add one.")
    if settings.is_local and urlsplit(settings.public_url).hostname == "localhost":
        yield Finding(
            "note", "dns", "Only this machine can open links: set POSTROOM_PUBLIC_URL before you mail."
        )
    else:
        yield Finding("ok", "dns", f"Links begin with {settings.edge_url}, pages with {settings.pages_url}.")


def _check_proxies(settings: Settings) -> Iterator[Finding]:
    https = settings.public_url.startswith("https://")
    if https and not settings.trusted_proxies:
        yield Finding(
            "bad",
            "proxies",
            "The public URL is https, so a proxy stands in front, but POSTROOM_TRUSTED_PROXIES is empty: "
            "all visitors look like the proxy and share its limits. Set it to the proxy's address.",
        )
    if not read_running(settings.data) and settings.bind_is_default:
        yield Finding("note", "proxies", "Postroom does not run: start it to have its addresses checked.")
        return
    yield _reach("the public URL", f"{settings.public_url}/healthz", lambda status, body: status == 200)
    yield _reach(
        "the edge URL",
        f"{settings.edge_url}/o/doctor",
        lambda status, body: status == 404 and b"not made by this server" in body,
        "route /c/, /o/ and /u/ to the edge process, or set POSTROOM_EDGE_URL",
    )


CHECKS: list[Callable[[Settings], Iterator[Finding]]] = [
    _check_settings,
    _check_data,
    _check_disk,
    _check_database,
    _check_smtp,
    _check_dns,
    _check_mail,
    _check_proxies,
]


def _state_dirs(data: Path) -> list[Path]:
    return [path for pattern in ("sender-*", "edge") for path in data.glob(pattern) if path.is_dir()]


def _reach(
    what: str, url: str, is_right: Callable[[int, bytes], bool], advice: str = "check the proxy in front"
) -> Finding:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:  # noqa: S310  http(s) by the schema
            status, body = answer.status, answer.read(2000)
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read(2000)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return Finding("bad", "proxies", f"{url} does not answer ({reason}): {advice}.")
    if is_right(status, body):
        return Finding("ok", "proxies", f"{what} reaches this installation.")
    return Finding("bad", "proxies", f"{url} is answered by something else (status {status}): {advice}.")
