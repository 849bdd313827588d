"""`postroom keys rotate`: a new installation key; every stored secret is sealed anew with it.

The new key is written before anything is sealed with it, and older keys stay listed: a crash leaves
at any point all readable, and links in sent mail stay valid.
"""

import secrets

import psycopg
from django.db import transaction

from postroom.config.backup import running_database
from postroom.config.migrate import check_schema
from postroom.settings import load
from postroom.settings.secret import KEY_FILE, write_keys


class KeysError(Exception):
    """The key cannot be rotated now; the text says what to do."""


def rotate() -> str:
    """Rotates and returns a sentence. Raises KeysError while other processes of Postroom run."""
    settings = load()
    with running_database(settings) as dsn:
        _demand_alone(dsn)
        if settings.secret_key is None:
            keys = [key.decode() for key in settings.secret_keys()]
            write_keys(settings.data / KEY_FILE, [secrets.token_hex(32), *keys])
            load.cache_clear()
            how = f"A new key stands first in {settings.data / KEY_FILE}"
        elif len(settings.secret_keys()) < 2:
            raise KeysError(
                "The key comes from POSTROOM_SECRET_KEY: put a new one before it there and a comma between "
                f"({secrets.token_hex(32)} is fresh), on every machine, then run this again."
            )
        else:
            how = "The first key in POSTROOM_SECRET_KEY is the one in use"
        check_schema()
        done = _reseal()
    return f"{how}; {done} stored secret(s) were sealed with it. Keep the older keys: sent links need them."


def _reseal() -> int:
    from postroom.accounts import services as accounts
    from postroom.content import services as content
    from postroom.webhooks import services as webhooks

    with transaction.atomic():
        return accounts.reseal() + content.reseal() + webhooks.reseal()


def _demand_alone(dsn: str) -> None:
    """Processes that run know the old keys only: they could not read what is sealed now."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database() "
            "and pid <> pg_backend_pid() and backend_type = 'client backend'"
        ).fetchone()
    if row and row[0]:
        raise KeysError(
            "Postroom runs on this database: stop all its processes, rotate, then start them again."
        )
