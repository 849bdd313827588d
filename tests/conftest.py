"""One PostgreSQL of its own for each test run: started on first use, migrated from a cache, gone at the end.

Tests that touch the database ask for it as pytest-django wants (`@pytest.mark.django_db`, fixture `db` …).
Runs side by side never meet: each has its own cluster behind a unix socket. Set `POSTROOM_TEST_PG_BIN` to run
with another PostgreSQL's programs.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.support import database

database.remove_leftovers("postroom-test-")
_ROOT = Path(tempfile.mkdtemp(prefix=f"postroom-test-{os.getpid()}-"))
_ROOT.chmod(0o711)  # the cluster's user passes through
DATA = _ROOT / "data"
CLUSTER = database.new_cluster(DATA)

# Before Django reads its settings: pytest-django does so after this file was loaded.
for _name in [name for name in os.environ if name.startswith("POSTROOM_") and "TEST" not in name]:
    del os.environ[_name]
os.environ |= {
    "POSTROOM_DATA": str(DATA),
    "DATABASE_URL": CLUSTER.dsn,
    "POSTROOM_SECRET_KEY": "0123456789abcdef" * 4,
    "DJANGO_SETTINGS_MODULE": "postroom.config.django",
}


def pytest_configure() -> None:
    """Sets Django up; pytest-django does it by itself only when the settings stand in its own option."""
    import django
    from django.test import TransactionTestCase

    django.setup()
    TransactionTestCase._fixture_teardown = _restore_database


def _restore_database(case: object) -> None:
    # Django's flush truncates the tables it knows; ours have partitions and keys between rooms that it does
    # not, and rows that migrations made. A fresh copy of the whole database is quick (30 ms) and exact.
    _close_connections()
    database.restore(CLUSTER)


def _close_connections() -> None:
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if getattr(connection, "close_pool", None):
            connection.close_pool()


@pytest.fixture(scope="session")
def postgres() -> str:
    """Connection URL of this run's PostgreSQL, migrated, as Postroom's own role."""
    database.start(CLUSTER)
    return CLUSTER.dsn


@pytest.fixture(scope="session")
def superuser_dsn(postgres: str) -> str:
    """The same database as superuser, for harnesses that must see through row-level security."""
    return postgres.replace("postgresql://postroom@", "postgresql://postgres@")


@pytest.fixture(scope="session")
def django_db_setup(postgres: str) -> None:
    """pytest-django's hook: the database is there already, nothing to create."""


def pytest_unconfigure() -> None:
    """Ends this run's PostgreSQL and removes its files."""
    with contextlib.suppress(ImportError):  # the run ended before Django could be set up
        _close_connections()
    database.remove(CLUSTER)
    shutil.rmtree(_ROOT, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests run last: Playwright keeps an event loop running in this thread until the run ends, and
    nothing that starts a loop of its own (`asyncio.run`) works beside it."""
    items.sort(key=lambda item: item.path.parent.name == "e2e")
