"""Partitions, retention, the disk."""

import os
import time
from datetime import date, timedelta
from threading import Event

import pytest
from django.db import connection

from postroom.config import upkeep
from postroom.lib import clock, disk, partitions
from postroom.settings import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def setting(monkeypatch):
    return lambda name, value: monkeypatch.setitem(load().__dict__, name, value)


def months_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relname ~ %s", [f"^{table}_[0-9]{{6}}$"])
        return {name for (name,) in cursor.fetchall()}


def test_partitions_reach_60_days_ahead():
    upkeep.make_partitions(Event())
    last = clock.today() + timedelta(days=60)
    assert f"delivery_{last:%Y%m}" in months_of("delivery")


def test_retention_drops_whole_months_and_never_a_day_too_early(setting):
    partitions.ensure_partitions(date(2020, 1, 1), date(2020, 4, 1))
    assert {"hit_202001", "hit_202002", "hit_202003"} <= months_of("hit")
    assert upkeep.drop_months_before("hit", date(2020, 3, 15)) == ["hit_202001", "hit_202002"]
    assert "hit_202003" in months_of("hit")  # the 31st is younger than the limit
    before = months_of("delivery")
    setting("retention_delivery_days", 0)
    setting("retention_hit_days", 30)
    upkeep.apply_retention(Event())
    assert "hit_202003" not in months_of("hit")
    assert months_of("delivery") == before  # 0 keeps for ever
    assert f"hit_{clock.today():%Y%m}" in months_of("hit")


def test_each_setting_forgets_its_own_table(setting):
    """What is older than its setting goes, what is younger stays, and 0 keeps everything."""
    from postroom.accounts import services as accounts
    from postroom.sending.models import Send
    from postroom.subscribers import services as subscribers
    from postroom.subscribers.rules import Cause

    account = accounts.create_account(name="A")[0].pk
    made = subscribers.subscribe(account_id=account, email="a@x.com", cause=Cause("api"))
    send = Send.objects.create(account_id=account, kind="broadcast", mail_class=2, send_day=clock.today())
    with connection.cursor() as cursor:
        cursor.execute("delete from change")
        for days in (50, 5):
            cursor.execute(
                "insert into change (account_id, subscriber_id, kind, cause_kind, actor, origin, at)"
                " values (%s, %s, 'created', 'api', '', '', now() - make_interval(days => %s))",
                [account, made.id, days],
            )
            cursor.execute(
                "insert into delivery_attempt (account_id, send_id, recipient_id, nth, attempt, outlet,"
                " stage, text, at)"
                " values (%s, %s, %s, 0, 1, 'smtp', 'data', '', now() - make_interval(days => %s))",
                [account, send.pk, made.id, days],
            )

        def left() -> list[int]:
            found = []
            for table in ("change", "delivery_attempt"):
                cursor.execute(f"select count(*) from {table}")
                found.append(cursor.fetchone()[0])
            return found

        for name in ("change", "delivery", "fact", "hit", "import"):
            setting(f"retention_{name}_days", 0)
        upkeep.apply_retention(Event())
        assert left() == [2, 2]
        setting("retention_change_days", 30)
        upkeep.apply_retention(Event())
        assert left() == [1, 2]
        setting("retention_delivery_days", 30)
        upkeep.apply_retention(Event())
        assert left() == [1, 1]


def test_refused_lines_go_with_their_file(setting, tmp_path):
    from postroom.accounts import services as accounts
    from postroom.imports.models import Import, ImportError

    setting("data", tmp_path)
    account = accounts.create_account(name="A")[0].pk
    for days in (10, 40):
        ended = clock.now() - timedelta(days=days)
        made = Import.objects.create(
            account_id=account,
            file_name="a.csv",
            file_path="a",
            size_bytes=1,
            state="finished",
            finished_at=ended,
        )
        ImportError.objects.create(
            account_id=account, import_id=made.pk, line=days, value="ada@", reason="malformed"
        )
    setting("retention_import_days", 30)
    upkeep.apply_retention(Event())
    assert list(ImportError.objects.values_list("line", flat=True)) == [10]


def test_every_retention_setting_is_obeyed():
    from pathlib import Path

    from postroom.settings import Settings

    names = {name for name in Settings.model_fields if name.startswith("retention_")}
    code = Path(upkeep.__file__).read_text()
    assert {name for name in names if f"settings.{name}" not in code} == set()


def test_old_import_files_go(setting, tmp_path):
    setting("data", tmp_path)
    old, young = tmp_path / "imports/1/old.csv", tmp_path / "imports/1/young.csv"
    old.parent.mkdir(parents=True)
    for file in (old, young):
        file.write_text("email\n")
    long_ago = time.time() - 40 * 86400
    os.utime(old, (long_ago, long_ago))
    setting("retention_import_days", 30)
    upkeep.apply_retention(Event())
    assert (old.exists(), young.exists()) == (False, True)


def test_a_full_disk_rings_an_alarm_in_every_account_and_stops_by_itself(setting):
    from postroom.accounts import services
    from postroom.accounts.models import Notice

    account, _ = services.create_account(name="Alice")
    account_id = account.id
    setting("min_free_disk_bytes", 10**18)
    upkeep.watch_disk(Event())
    upkeep.watch_disk(Event())  # once is enough
    notice = Notice.objects.get(account_id=account_id, key="disk", resolved_at=None)
    assert notice.level == "alarm"
    assert "Free some space" in notice.body
    setting("min_free_disk_bytes", 1)
    upkeep.watch_disk(Event())
    assert not Notice.objects.filter(account_id=account_id, key="disk", resolved_at=None).exists()


def test_free_space_is_that_of_the_disk_a_missing_path_would_lie_on(tmp_path):
    assert disk.free_bytes(tmp_path / "not" / "there") == disk.free_bytes(tmp_path)
    assert disk.is_low(tmp_path, 10**18)
    assert not disk.is_low(tmp_path, 1)


def test_memory_is_told_from_disk(tmp_path):
    from pathlib import Path

    assert disk.is_volatile(Path("/dev/shm/postroom"))
    assert not disk.is_volatile(tmp_path)


def test_rows_that_came_before_their_month_move_into_it():
    from postroom.accounts import services

    account = services.create_account(name="A")[0].pk
    with connection.cursor() as cursor:
        cursor.execute(
            "select events_record(%s, 'tag_added', null, null, '{}')",
            [account],
        )
        cursor.execute("update fact set day = '2019-02-05' where account_id = %s", [account])
        assert partitions.default_rows()["fact"] == 1
        partitions.ensure_partitions(date(2019, 2, 1), date(2019, 2, 1))
        assert partitions.default_rows()["fact"] == 0
        cursor.execute("select tableoid::regclass::text from fact where account_id = %s", [account])
        assert cursor.fetchone() == ("fact_201902",)
        cursor.execute(
            "select count(*) from pg_indexes where tablename = 'fact_201902'"
            " union all select count(*) from pg_indexes where tablename = %s",
            [f"fact_{clock.today():%Y%m}"],
        )
        (made,), (usual,) = cursor.fetchall()
        assert made == usual
