"""One PostgreSQL of its own for each test run: started on first use, migrated from a cache, gone at the end.

Tests that touch the database ask for it as pytest-django wants (`@pytest.mark.django_db`, fixture `db` …).
Runs side by side never meet: each has its own cluster behind a unix socket. Set `POSTROOM_TEST_PG_BIN` to run
with another PostgreSQL's programs.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support import database
from tests.support.tenancy import WITNESS

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
    _restore(watched=WITNESS.is_on)


def _restore(*, watched: bool) -> None:
    _close_connections()
    database.restore(CLUSTER, watched=watched)
    for folder in ("media", "imports"):  # ids begin anew, and so do the accounts' folders
        shutil.rmtree(DATA / folder, ignore_errors=True)


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
def django_db_setup(postgres: str) -> None:
    """pytest-django's hook: the database is there already, nothing to create."""


# Where every statement of a call is watched: nothing of another account may be read or changed. Not the demo,
# which fills accounts of its own by COPY, as no policy allows.
WATCHED = ("tests/doors/", "tests/rules/test_tenancy")
NOT_WATCHED = ("tests/doors/cli/test_demo", "tests/doors/edge/")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Gives the test the database that it needs: the watched one or the plain one."""
    uses = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("django_db") is None and not uses & {"db", "transactional_db"}:
        return
    is_watched = item.nodeid.startswith(WATCHED) and not item.nodeid.startswith(NOT_WATCHED)
    if is_watched != WITNESS.is_on:
        database.start(CLUSTER)
        _restore(watched=is_watched)
    WITNESS.is_on = is_watched
    if is_watched:
        WITNESS.hook()
    WITNESS.take()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fails a test in which a call met a row of another account."""
    answer = yield
    if seen := WITNESS.take():
        lines = "\n".join(f"- {foreign}" for foreign in seen[:20])
        pytest.fail(f"{len(seen)} statements met rows of another account:\n{lines}", pytrace=False)
    return answer


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
