"""Rotating the installation key keeps everything readable."""

import json
import shutil
import subprocess
import sys

import psycopg
import pytest

from postroom.config.postgres import Cluster
from tests.support import database
from tests.support.server import clean_environment, run
from tests.support.users import open_directory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def data():
    root = open_directory()
    cluster = database.new_cluster(root / "data")
    database.copy_of_template(cluster)
    cluster.start()
    yield root / "data"
    database.remove(cluster)
    shutil.rmtree(root)


def make_account(data) -> dict:
    who = ("Alice", "--email", "alice@example.com", "--password", "long enough 1", "--json")
    done = run("account", "create", *who, POSTROOM_DATA=str(data))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def sealed_columns(data) -> dict[str, list[bytes]]:
    """{table.column: values} of everything that is stored sealed."""
    cluster = Cluster(data)
    with psycopg.connect(cluster.dsn) as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'public' and column_name like '%\\_sealed' order by 1, 2"
        ).fetchall()
        return {
            f"{table}.{column}": [
                bytes(row[0])
                for row in connection.execute(
                    f"select {column} from {table} where {column} is not null order by 1"
                )
            ]
            for table, column in columns
        }


def test_every_sealed_secret_is_sealed_anew_and_still_opens(data):
    made = make_account(data)
    before = sealed_columns(data)
    assert before["account.api_secret_sealed"]
    done = run("keys", "rotate", POSTROOM_DATA=str(data))
    assert done.returncode == 0, done.stderr
    assert "sealed with it" in done.stdout
    keys = (data / "secret_key").read_text().split()
    assert len(keys) == 2
    assert (data / "secret_key").stat().st_mode & 0o777 == 0o600
    after = sealed_columns(data)
    for column, values in before.items():
        assert not set(values) & set(after[column]), f"{column} was not sealed anew"
    # The newest key alone opens everything, and finds the account by its secret.
    code = (
        "from postroom.config.migrate import set_up_django; set_up_django();"
        "from postroom.accounts import services;"
        f"print(services.reveal_secret(account_id={made['account_id']}));"
        f"print(services.by_api_secret('{made['api_secret']}').id)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environment(POSTROOM_DATA=str(data), POSTROOM_SECRET_KEY=keys[0]),
        capture_output=True,
        text=True,
    )
    assert asked.stdout.split() == [made["api_secret"], str(made["account_id"])], asked.stderr


def test_it_waits_for_no_process_but_says_to_stop_them(data):
    with psycopg.connect(Cluster(data).dsn):
        done = run("keys", "rotate", POSTROOM_DATA=str(data))
    assert done.returncode == 1
    assert "stop all its processes" in done.stderr
    assert not (data / "secret_key").exists() or len((data / "secret_key").read_text().split()) == 1


def test_a_key_from_the_environment_is_rotated_by_hand(data):
    done = run("keys", "rotate", POSTROOM_DATA=str(data), POSTROOM_SECRET_KEY="a" * 40)
    assert done.returncode == 1
    assert "put a new one before it there" in done.stderr
    done = run("keys", "rotate", POSTROOM_DATA=str(data), POSTROOM_SECRET_KEY=f"{'b' * 40},{'a' * 40}")
    assert done.returncode == 0, done.stderr
    assert "first key in POSTROOM_SECRET_KEY" in done.stdout
