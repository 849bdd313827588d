"""Django's cache in a table, so that every process of the installation counts together.

Its users are allauth's limits on reset mails, codes and forms: a few entries a minute. Values are JSON, not
pickles: who can write a row must not be able to run code."""

from __future__ import annotations

import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from postroom.lib import sql

_IN = "clock_timestamp() + make_interval(secs => %s)"  # the database's clock: hosts differ
_FAR_S = 10 * 365 * 86_400  # a time-out of None: as good as for ever


class SharedCache(BaseCache):
    """`BACKEND` of CACHES. Holds what JSON can: numbers, texts, lists, dictionaries."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store it unless there is a live entry; True when stored. One statement: of two at once one wins."""
        return bool(
            sql.execute(
                f"INSERT INTO shared_cache AS c (key, value, expires_at) VALUES (%s, %s, {_IN})"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at"
                " WHERE c.expires_at <= clock_timestamp()",
                [self._key(key, version), json.dumps(value), self._seconds(timeout)],
            )
        )

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The live value, else `default`."""
        found = sql.row(
            "SELECT value::text AS value FROM shared_cache WHERE key = %s AND expires_at > clock_timestamp()",
            [self._key(key, version)],
        )
        return default if found is None else json.loads(found["value"])

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store it, whatever was there."""
        sql.execute(
            f"INSERT INTO shared_cache (key, value, expires_at) VALUES (%s, %s, {_IN}) ON CONFLICT (key)"
            " DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at",
            [self._key(key, version), json.dumps(value), self._seconds(timeout)],
        )

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let a live entry live on; False when there is none."""
        return bool(
            sql.execute(
                f"UPDATE shared_cache SET expires_at = {_IN}"
                " WHERE key = %s AND expires_at > clock_timestamp()",
                [self._seconds(timeout), self._key(key, version)],
            )
        )

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget one entry; True when it was there."""
        return bool(sql.execute("DELETE FROM shared_cache WHERE key = %s", [self._key(key, version)]))

    def clear(self) -> None:
        """Forget everything."""
        sql.execute("DELETE FROM shared_cache")

    def _key(self, key: Any, version: int | None) -> str:
        return str(self.make_key(key, version=version))

    def _seconds(self, timeout: Any) -> float:
        if timeout is DEFAULT_TIMEOUT:
            timeout = self.default_timeout
        return _FAR_S if timeout is None else float(timeout)


def forget_expired() -> int:
    """Delete entries whose time is over. Answers how many."""
    return sql.execute("DELETE FROM shared_cache WHERE expires_at <= clock_timestamp()")
