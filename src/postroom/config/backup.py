"""`postroom backup`: one consistent archive of database, media and settings, written while everything runs.

The database comes from one snapshot (pg_dump), media after it: files are never changed in place, so what the
snapshot names is there, and a file too many does no harm.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

import postroom
from postroom.config.archive import (
    DATABASE,
    MEDIA,
    SEALED,
    SECRETS,
    SETTINGS,
    BackupError,
    Manifest,
    Writer,
    mark_key,
    seal,
)
from postroom.config.postgres import Cluster
from postroom.config.postgres.owner import Owner
from postroom.config.postgres.programs import clean_env, find_programs
from postroom.settings import Settings, load

# Values that open something: they travel only with the key, or sealed.
SECRET_SETTINGS = ("secret_key", "smtp_url", "metrics_token")
# What belongs to this machine, not to the installation.
LOCAL_SETTINGS = ("data", "database_url", "pg_bin", "pg_old_bin")


def backup(*, file: Path, with_key: bool, passphrase: str | None) -> str:
    """Writes the archive and returns a sentence about it. Raises BackupError."""
    settings = load()
    if file.exists():
        raise BackupError(f"{file} exists already: choose another name, so that no older backup is lost.")
    if not file.parent.is_dir():
        raise BackupError(f"There is no directory {file.parent}: make it first.")
    if passphrase and with_key:
        raise BackupError("Either --with-key or a passphrase: readable or sealed, the key goes in once.")
    try:
        return _write(file, settings, with_key, passphrase)
    except OSError as error:
        raise BackupError(
            f"{file} cannot be written ({error.strerror or error}): choose a directory with room that this"
            " user may write to. Nothing was left there."
        ) from None


def _write(file: Path, settings: Settings, with_key: bool, passphrase: str | None) -> str:
    with running_database(settings) as dsn:
        manifest = _describe(settings, dsn)
        writer = Writer(file.absolute(), manifest)
        try:
            with tempfile.TemporaryDirectory(prefix=".postroom-backup-", dir=file.parent) as scratch:
                dump = Path(scratch) / DATABASE
                dump_database(settings, dsn, dump)
                writer.add_file(DATABASE, dump)
            media = settings.media_dir
            for path in sorted(media.rglob("*")) if media.exists() else []:
                if path.is_file() and not path.name.startswith("."):
                    writer.add_file(MEDIA + path.relative_to(media).as_posix(), path)
            writer.add_bytes(SETTINGS, _settings_json(settings, secret=False))
            secrets = _settings_json(settings, secret=True)
            if passphrase:
                writer.add_bytes(SEALED, seal(secrets, passphrase))
            elif with_key:
                writer.add_bytes(SECRETS, secrets)
            writer.finish()
        except BaseException:
            writer.give_up()
            raise
    return _say(file, manifest, with_key, passphrase)


@contextmanager
def running_database(settings: Settings, *, may_make: bool = False) -> Iterator[str]:
    """The database's URL; an embedded one that does not run is started for the while.

    Raises SettingsError where there is none yet, unless it `may_make` one."""
    if settings.database_url:
        yield settings.database_url
        return
    if not may_make:
        settings.database_dsn()
    cluster = Cluster(settings.data, pg_bin=settings.pg_bin, pg_old_bin=settings.pg_old_bin)
    started = cluster.pid() is None
    if started:
        cluster.start()
    try:
        yield cluster.dsn
    finally:
        if started:
            cluster.stop()


def dump_database(settings: Settings, dsn: str, target: Path) -> None:
    """A custom-format dump of one snapshot. Raises BackupError."""
    run_client(
        settings, dsn, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"
    )


def run_client(settings: Settings, dsn: str, program: str, *args: str) -> None:
    """Runs pg_dump or pg_restore on `dsn`. Raises BackupError."""
    programs = find_programs(settings.pg_bin, Owner.current())
    url, env = name_database(dsn)
    command = [programs[program], *args, url]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-1500:]}")


def name_database(dsn: str) -> tuple[str, dict[str, str]]:
    """(argument, environment) for a client program: the password goes by the latter, unseen by `ps`."""
    parts = urlsplit(dsn)
    env = clean_env({"PGPASSWORD": unquote(parts.password)} if parts.password else {})
    netloc = parts.netloc.replace(f":{parts.password}@", "@") if parts.password else parts.netloc
    return f"--dbname={parts._replace(netloc=netloc).geturl()}", env


def applied_migrations(dsn: str) -> list[str]:
    """`app.name` of every migration that the database has; empty without Postroom's tables."""
    with psycopg.connect(dsn) as connection:
        if connection.execute("select to_regclass('public.django_migrations')").fetchone() == (None,):
            return []
        rows = connection.execute("select app || '.' || name from django_migrations order by 1").fetchall()
        return [row[0] for row in rows]


def _describe(settings: Settings, dsn: str) -> Manifest:
    with psycopg.connect(dsn) as connection:
        version = connection.info.parameter_status("server_version") or ""
    return Manifest(
        postroom=postroom.__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        postgres=version,
        migrations=applied_migrations(dsn),
        key_mark=mark_key(settings.secret_keys()[0]),
    )


def _settings_json(settings: Settings, *, secret: bool) -> bytes:
    chosen = settings.model_dump(mode="json", include=settings.model_fields_set - set(LOCAL_SETTINGS))
    kept = {key: value for key, value in chosen.items() if (key in SECRET_SETTINGS) == secret}
    if secret:
        kept["secret_key"] = [key.decode() for key in settings.secret_keys()]
    return json.dumps(kept, indent=1).encode()


def _say(file: Path, manifest: Manifest, with_key: bool, passphrase: str | None) -> str:
    media = sum(name.startswith(MEDIA) for name in manifest.files)
    if passphrase:
        key = "the secret key is inside, sealed by your passphrase"
    elif with_key:
        key = "the secret key is inside, readable: keep this file as safe as a password"
    else:
        key = "the secret key is not inside: keep a copy of it elsewhere, a restore needs it"
    size = os.path.getsize(file) / 1e6
    return f"{file}: {size:,.1f} MB, database and {media:,} media files; {key}."
