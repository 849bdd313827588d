"""`postroom restore`: an archive into an empty installation. All is checked before anything is written."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

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
    extract,
    mark_key,
    read_manifest,
    read_member,
    unseal,
)
from postroom.config.backup import name_database, run_client, running_database
from postroom.config.postgres.owner import Owner
from postroom.config.postgres.programs import find_programs
from postroom.settings import Settings, load, schema
from postroom.settings.secret import KEY_FILE, make_data_dir, write_keys

HOLD = Path(__file__).parent / "sql" / "hold_sends.sql"


def restore(*, file: Path, passphrase: str | None) -> str:
    """Restores `file`; returns sentences about what is held. Raises BackupError, then nothing was changed."""
    settings = load()
    manifest = read_manifest(file)
    _check_target(settings)
    _check_version(manifest)
    secrets = _read_secrets(file, manifest, passphrase)
    _check_key(settings, manifest, secrets)
    was_there = {path.name for path in settings.data.iterdir()} if settings.data.exists() else set()
    try:
        make_data_dir(settings.data)
        if "secret_key" in secrets and settings.secret_key is None:
            write_keys(settings.data / KEY_FILE, secrets["secret_key"])
        with running_database(settings, may_make=True) as dsn:
            _check_database_is_empty(dsn)
            try:
                _load_database(settings, dsn, file)
                _migrate(dsn)
                held = _hold(dsn)
            except BaseException:
                _empty_database(dsn)
                raise
        _load_media(settings, file)
    except BaseException as error:
        _undo(settings, was_there)
        if isinstance(error, OSError):
            raise BackupError(
                f"{settings.data} cannot be written ({error.strerror or error}): let POSTROOM_DATA name a"
                " directory with room that this user may write to. Nothing was left there."
            ) from None
        raise
    return "\n".join([_say(manifest, held), *_settings_to_set(settings, file, secrets)])


def _check_target(settings: Settings) -> None:
    taken = [
        name
        for name in ("cluster.json", "postgres", "media")
        if (settings.data / name).exists() and any_content(settings.data / name)
    ]
    if taken:
        raise BackupError(
            f"{settings.data} is not empty (it has {', '.join(taken)}): "
            "let POSTROOM_DATA name an empty directory. Nothing was changed."
        )


def any_content(path: Path) -> bool:
    """True for a file, or a directory with something in it."""
    return path.is_file() or any(path.iterdir())


def _check_version(manifest: Manifest) -> None:
    # By file name: Django's own loader wants a database, which is not there yet.
    files = Path(postroom.__file__).parent.rglob("migrations/*.py")
    known = {f"{path.parent.parent.name}.{path.stem}" for path in files}
    apps = {name.partition(".")[0] for name in known}
    for name in manifest.migrations:
        if name.partition(".")[0] in apps and name not in known:
            raise BackupError(
                f"The backup was made by a newer Postroom ({manifest.postroom}; it has {name}): "
                "install that version or a newer one to restore it."
            )


def _read_secrets(file: Path, manifest: Manifest, passphrase: str | None) -> dict[str, Any]:
    if SEALED in manifest.files:
        if passphrase is None:
            raise BackupError(
                "The secret key in this backup is sealed: give its passphrase with --passphrase-file "
                "or in POSTROOM_BACKUP_PASSPHRASE."
            )
        return dict(json.loads(unseal(read_member(file, SEALED), passphrase)))
    if SECRETS in manifest.files:
        return dict(json.loads(read_member(file, SECRETS)))
    return {}


def _check_key(settings: Settings, manifest: Manifest, secrets: dict[str, Any]) -> None:
    """The key must come from somewhere: without it links in sent mail die and stored secrets stay shut."""
    if settings.secret_key is None and not (settings.data / KEY_FILE).exists():
        if "secret_key" in secrets:
            return
        raise BackupError(
            f"This backup holds no secret key: put the old file {KEY_FILE} into {settings.data}, "
            "or set POSTROOM_SECRET_KEY to its content, then restore again."
        )
    if manifest.key_mark not in [mark_key(key) for key in settings.secret_keys()]:
        raise BackupError(
            "The secret key here is not the one this backup was made with: set POSTROOM_SECRET_KEY to the "
            f"old key (it may follow a newer one and a comma), or remove {settings.data / KEY_FILE}."
        )


def _check_database_is_empty(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where n.nspname = 'public' and c.relkind in ('r', 'p')"
        ).fetchone()
    if found and found[0]:
        raise BackupError(
            f"The database is not empty (it has {found[0]} tables): "
            "create an empty one and let DATABASE_URL name it."
        )


def _load_database(settings: Settings, dsn: str, file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="postroom-restore-", dir=settings.data) as scratch:
        dump = Path(scratch) / DATABASE
        extract(file, lambda name: dump if name == DATABASE else None)
        if _server_version(dsn) < 170000:
            _load_by_script(settings, dsn, dump, Path(scratch))
            return
        run_client(
            settings, dsn, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error",
            "--single-transaction", str(dump),
        )  # fmt: skip


def _server_version(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        return connection.info.server_version


def _load_by_script(settings: Settings, dsn: str, dump: Path, scratch: Path) -> None:
    """For a server before 17: pg_restore of 17 and later begins by setting a parameter that it does not know.

    So the script goes to psql without that line, in one transaction as well."""
    programs = find_programs(settings.pg_bin, Owner.current())
    url, env = name_database(dsn)
    write = [programs["pg_restore"], "--no-owner", "--no-privileges", "--file=-", str(dump)]
    load = [programs["psql"], "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", url]
    with (
        (scratch / "errors").open("w+b") as errors,
        subprocess.Popen(write, env=env, stdout=subprocess.PIPE, stderr=errors) as writer,
        subprocess.Popen(
            load, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors
        ) as loader,
    ):
        assert writer.stdout is not None
        assert loader.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # psql has ended and says why
            for line in writer.stdout:
                if line.strip() == b"SET transaction_timeout = 0;":
                    break
                loader.stdin.write(line)
            shutil.copyfileobj(writer.stdout, loader.stdin)
        with contextlib.suppress(BrokenPipeError):
            loader.stdin.close()
        writer.stdout.close()
        failed = loader.wait() or writer.wait()
        errors.seek(0)
        if failed:
            raise BackupError(f"psql failed: {errors.read().decode(errors='replace').strip()[-1500:]}")


def _load_media(settings: Settings, file: Path) -> None:
    temp = settings.data / ".media.restoring"
    shutil.rmtree(temp, ignore_errors=True)
    temp.mkdir(mode=0o700)
    extract(file, lambda name: temp / name.removeprefix(MEDIA) if name.startswith(MEDIA) else None)
    if settings.media_dir.exists():
        settings.media_dir.rmdir()
    temp.rename(settings.media_dir)


def _migrate(dsn: str) -> None:
    """In a process of its own, which finds the database at `dsn` whatever this one had read before."""
    done = subprocess.run(
        [sys.executable, "-m", "postroom", "migrate"],
        env={**os.environ, "DATABASE_URL": dsn},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupError(
            f"The restored database could not be brought up to date: {done.stderr.strip()[-1500:]}"
        )


def _hold(dsn: str) -> dict[str, int]:
    with psycopg.connect(dsn, row_factory=psycopg.rows.dict_row) as connection:
        return dict(connection.execute(HOLD.read_text()).fetchone() or {})


def _empty_database(dsn: str) -> None:
    """Back to the empty database that it was; one out of reach is left, the error says so anyway."""
    with contextlib.suppress(psycopg.Error), psycopg.connect(dsn) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")


def _undo(settings: Settings, was_there: set[str]) -> None:
    """Takes back what was written, as nothing was there before."""
    from postroom.config.postgres import Cluster

    if not settings.database_url and "cluster.json" not in was_there and settings.data.exists():
        cluster = Cluster(settings.data, pg_bin=settings.pg_bin)
        cluster.stop()
        shutil.rmtree(cluster.path, ignore_errors=True)
    for path in settings.data.iterdir() if settings.data.exists() else []:
        if path.name not in was_there:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _say(manifest: Manifest, held: dict[str, int]) -> str:
    return (
        f"Restored the backup of {manifest.created_at}. Held until you say otherwise: {held['broadcasts']} "
        f"broadcast(s). {held['uncertain']} message(s) were in the air and count as uncertain; "
        f"{held['cancelled']} confirmation or system mail(s) still open will not be sent."
    )


def _settings_to_set(settings: Settings, file: Path, secrets: dict[str, Any]) -> list[str]:
    """What the old installation had set and this one has not; never a secret's value."""
    old = json.loads(read_member(file, SETTINGS))
    missing = [name for name in old if name not in settings.model_fields_set]
    lines = [f"The old installation had {name} = {old[name]!r}; this one has not." for name in missing]
    if "smtp_url" in secrets and settings.smtp_url is None:
        lines.append("The old installation had an SMTP server: set POSTROOM_SMTP_URL before sends go on.")
    config = schema.config_file()
    return [*lines, f"Set these in {config} or the environment."] if lines else []
