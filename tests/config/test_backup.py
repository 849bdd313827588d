"""Backup and restore: everything comes back, nothing leaves unasked, nothing is overwritten."""

import json
import shutil
import tarfile
from pathlib import Path

import psycopg
import pytest

import postroom
from postroom.config import archive
from postroom.config.postgres import Cluster
from postroom.settings.load import read as read_settings
from tests.support import database
from tests.support.server import run
from tests.support.users import open_directory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

FIXTURE = """
insert into account (id, kind, name, time_zone, postal_address, from_name, from_email, reply_to, is_demo,
    api_key, api_secret_hash, api_secret_sealed)
values (900, 'creator', 'Alice', 'UTC', '', '', '', '', false, 'key', 'hash', '');
insert into send (id, account_id, kind, mail_class, send_day, flow, pause_reason, rehearsed, planned,
    best_rate_per_s)
values (901, 900, 'broadcast', 2, current_date, 'running', '', false, 4, 0),
       (902, 900, 'confirmation', 0, null, 'running', '', false, 0, 0),
       (903, 900, 'broadcast', 2, current_date, 'paused', 'hand', false, 0, 0);
insert into delivery (account_id, send_id, recipient_id, nth, send_day, state)
values (900, 901, 1, 0, current_date, 'accepted'), (900, 901, 2, 0, current_date, 'intent'),
       (900, 901, 3, 0, current_date, 'planned'), (900, 901, 4, 0, current_date, 'deferred'),
       (900, 902, 5, 0, current_date, 'planned'), (900, 902, 6, 0, current_date, 'accepted');
insert into subscriber (id, account_id, email, email_key, state)
values (920, 900, 'a@x.com', 'a@x.com', 'active');
insert into sequence (id, account_id, name, hold, repeat, active, from_name, from_email)
values (930, 900, 'Welcome', false, false, true, '', ''), (931, 900, 'Off', false, false, false, '', '');
insert into enrolment (account_id, sequence_id, subscriber_id, state, round, due_at)
values (900, 930, 920, 'active', 0, now());
"""
BROADCASTS = (("sending", 901), ("scheduled", None), ("draft", None), ("paused", 903), ("completed", None))


@pytest.fixture
def installation():
    """A migrated data directory with sends in every state and two media files; its database does not run."""
    root = open_directory()
    data = root / "old"
    cluster = database.new_cluster(data)
    database.copy_of_template(cluster)
    cluster.start()
    with psycopg.connect(cluster.dsn) as connection:
        connection.execute(FIXTURE)
        for number, (state, send) in enumerate(BROADCASTS):
            columns, values = _broadcast_row(connection, id=910 + number, state=state, send_id=send)
            connection.execute(f"insert into broadcast ({columns}) values ({values})")
    cluster.stop()
    for name in ("900/a.png", "900/b.gif"):
        (data / "media" / name).parent.mkdir(parents=True, exist_ok=True)
        (data / "media" / name).write_bytes(name.encode() * 1000)
    made: list[Path] = [data]

    def other(name: str) -> Path:
        made.append(root / name)
        return made[-1]

    yield root, data, other
    for path in made:
        if (path / "cluster.json").exists():
            database.remove(Cluster(path))
    shutil.rmtree(root, ignore_errors=True)


def _broadcast_row(connection, **given) -> tuple[str, str]:
    """Columns and values of a broadcast: what is given, and an empty value for each column that needs one."""
    needed = connection.execute(
        "select column_name, data_type from information_schema.columns where table_name = 'broadcast' "
        "and is_nullable = 'NO' and column_default is null and is_identity = 'NO'"
    ).fetchall()
    empty = {"boolean": "false", "jsonb": "'{}'", "bigint": "0", "integer": "1", "smallint": "0"}
    row = {name: empty.get(kind, "''") for name, kind in needed} | {
        "account_id": "900",
        "subject": "'A letter'",
    }
    row |= {name: "null" if value is None else f"'{value}'" for name, value in given.items()}
    return ", ".join(row), ", ".join(row.values())


def read(data: Path, sql: str) -> list[tuple]:
    cluster = Cluster(data)
    started = cluster.pid() is None
    if started:
        cluster.start()
    try:
        with psycopg.connect(cluster.dsn) as connection:
            return connection.execute(sql).fetchall()
    finally:
        if started:
            cluster.stop()


def test_what_was_backed_up_comes_back_held(installation):
    root, old, other = installation
    file = root / "backup.tar"
    done = run(
        "backup", str(file), "--with-key", POSTROOM_DATA=str(old), POSTROOM_SUPPORT_CONTACT="help@example.com"
    )
    assert done.returncode == 0, done.stderr
    assert "2 media files" in done.stdout
    assert file.stat().st_mode & 0o077 == 0

    new = other("new")
    done = run("restore", str(file), POSTROOM_DATA=str(new))
    assert done.returncode == 0, done.stderr
    assert "2 broadcast(s)" in done.stdout
    assert "support_contact = 'help@example.com'" in done.stdout
    assert read(new, "select flow, pause_reason from send order by id") == [
        ("paused", "restored"),
        ("running", ""),
        ("paused", "hand"),
    ]
    assert read(new, "select state, pause_reason, held_before_expansion from broadcast order by id") == [
        ("paused", "restored", False),
        ("paused", "restored", True),
        ("draft", "", False),
        ("paused", "", False),
        ("completed", "", False),
    ]
    # Of the mail that runs on, what was open may have left since: it is not sent again.
    assert read(new, "select state, reason from delivery where send_id = 902 order by recipient_id") == [
        ("cancelled", "restored"),
        ("accepted", None),
    ]
    # Of the letter, what was in the air may have arrived: it stays uncertain. The rest is as it was.
    assert read(new, "select state, reason from delivery where send_id = 901 order by recipient_id") == [
        ("accepted", None),
        ("uncertain", "restored"),
        ("planned", None),
        ("deferred", None),
    ]
    assert read(new, "select count(*) from notice where key like 'broadcast-held-%'") == [(2,)]
    # The next email of a sequence may have left as well.
    assert read(new, "select name from sequence where active") == []
    assert read(new, "select state, due_at from enrolment") == [("active", None)]
    assert read(new, "select key from notice where key like 'sequence-off-%'") == [("sequence-off-930",)]
    assert read(new, "select restored_at is not null from installation") == [(True,)]
    assert (new / "media/900/a.png").read_bytes() == b"900/a.png" * 1000
    assert (new / "secret_key").read_text() == (old / "secret_key").read_text()
    assert (new / "secret_key").stat().st_mode & 0o777 == 0o600
    # The old one is as it was.
    assert read(old, "select flow from send where id = 901") == [("running",)]


def test_the_key_travels_only_when_asked(installation):
    root, old, other = installation
    plain, sealed = root / "plain.tar", root / "sealed.tar"
    assert (
        run("backup", str(plain), POSTROOM_DATA=str(old), POSTROOM_SMTP_URL="smtp://u:hunter2@h").returncode
        == 0
    )
    secret = {"POSTROOM_BACKUP_PASSPHRASE": "correct horse", "POSTROOM_SMTP_URL": "smtp://u:hunter2@h"}
    assert run("backup", str(sealed), POSTROOM_DATA=str(old), **secret).returncode == 0
    key = (old / "secret_key").read_bytes().strip()
    for file in (plain, sealed):
        content = file.read_bytes()
        assert key not in content
        assert b"hunter2" not in content

    new = other("new")
    done = run("restore", str(plain), POSTROOM_DATA=str(new))
    assert done.returncode == 1
    assert "holds no secret key: put the old file secret_key into" in done.stderr
    done = run("restore", str(plain), POSTROOM_DATA=str(new), POSTROOM_SECRET_KEY="x" * 40)
    assert "is not the one this backup was made with" in done.stderr
    assert not (new / "cluster.json").exists()
    done = run(
        "restore", str(plain), POSTROOM_DATA=str(new), POSTROOM_SECRET_KEY=f"{'x' * 40},{key.decode()}"
    )
    assert done.returncode == 0, done.stderr

    third = other("third")
    assert "give its passphrase" in run("restore", str(sealed), POSTROOM_DATA=str(third)).stderr
    wrong = run("restore", str(sealed), POSTROOM_DATA=str(third), POSTROOM_BACKUP_PASSPHRASE="battery staple")
    assert "The passphrase is wrong" in wrong.stderr
    assert not third.exists()
    good = run("restore", str(sealed), POSTROOM_DATA=str(third), POSTROOM_BACKUP_PASSPHRASE="correct horse")
    assert good.returncode == 0, good.stderr
    assert (third / "secret_key").read_bytes().strip() == key


def test_nothing_is_overwritten(installation):
    root, old, _ = installation
    file = root / "backup.tar"
    assert run("backup", str(file), "--with-key", POSTROOM_DATA=str(old)).returncode == 0
    again = run("backup", str(file), "--with-key", POSTROOM_DATA=str(old))
    assert (again.returncode, "exists already" in again.stderr) == (1, True)
    onto = run("restore", str(file), POSTROOM_DATA=str(old))
    assert onto.returncode == 1
    assert "is not empty" in onto.stderr
    assert read(old, "select flow from send where id = 901") == [("running",)]


def test_a_damaged_or_foreign_archive_changes_nothing(installation, tmp_path):
    root, old, other = installation
    file, new = root / "backup.tar", other("new")
    assert run("backup", str(file), "--with-key", POSTROOM_DATA=str(old)).returncode == 0
    content = bytearray(file.read_bytes())
    position = content.index(b"900/a.png900/a.png")
    content[position] ^= 1
    damaged = root / "damaged.tar"
    damaged.write_bytes(content)
    short = root / "short.tar"
    short.write_bytes(file.read_bytes()[:-20_000])
    foreign = root / "foreign.tar"
    with tarfile.open(foreign, "w") as tar:
        tar.add(__file__, "../../etc/passwd")
    for path, text in (
        (damaged, "checksum of 'media/900/a.png' is wrong"),
        (short, "short.tar"),
        (foreign, "which no Postroom backup does"),
        (root / "missing.tar", "There is no file"),
        (old / "secret_key", "is no backup of Postroom"),
    ):
        done = run("restore", str(path), POSTROOM_DATA=str(new))
        assert (done.returncode, text in done.stderr) == (1, True), done.stderr
        assert not new.exists()


def test_a_backup_of_a_newer_version_is_refused(installation):
    root, _, other = installation
    file, new = root / "backup.tar", other("new")
    manifest = archive.Manifest("9.0.0", "2030-01-01", "18.6", ["events.9999_later"], "0" * 12)
    writer = archive.Writer(file, manifest)
    writer.add_bytes(archive.SETTINGS, b"{}")
    writer.finish()
    done = run("restore", str(file), POSTROOM_DATA=str(new))
    assert done.returncode == 1
    assert "made by a newer Postroom (9.0.0; it has events.9999_later)" in done.stderr
    assert not new.exists()


def test_the_manifest_names_version_and_checksums(installation):
    root, old, _ = installation
    file = root / "backup.tar"
    assert run("backup", str(file), POSTROOM_DATA=str(old)).returncode == 0
    manifest = archive.read_manifest(file)
    assert manifest.postroom == postroom.__version__
    assert set(manifest.files) == {"database.dump", "settings.json", "media/900/a.png", "media/900/b.gif"}
    assert json.loads(archive.read_member(file, archive.SETTINGS)) == {}
    assert "sending.0001_initial" in manifest.migrations


def test_a_restore_that_fails_half_way_leaves_an_external_database_empty(installation, monkeypatch):
    """The dump loads, then something breaks: the next try finds nothing in its way."""
    from postroom.config import restore

    root, old, other = installation
    file, new = root / "backup.tar", other("new")
    assert run("backup", str(file), "--with-key", POSTROOM_DATA=str(old)).returncode == 0
    cluster = database.new_cluster(root / "external")
    cluster.start()

    def broken(dsn: str) -> None:
        raise archive.BackupError("the migration broke")

    monkeypatch.delenv("POSTROOM_SECRET_KEY")
    monkeypatch.setattr(restore, "_migrate", broken)
    monkeypatch.setattr(restore, "load", lambda: read_settings(data=new, database_url=cluster.dsn))
    try:
        for _ in range(2):
            with pytest.raises(archive.BackupError, match="the migration broke"):
                restore.restore(file=file, passphrase=None)
        assert list(new.iterdir()) == []
    finally:
        database.remove(cluster)


def test_an_external_database_must_be_empty_too(installation, postgres):
    root, old, other = installation
    file = root / "backup.tar"
    assert run("backup", str(file), "--with-key", POSTROOM_DATA=str(old)).returncode == 0
    new = other("new")
    done = run("restore", str(file), POSTROOM_DATA=str(new), DATABASE_URL=postgres)
    assert done.returncode == 1
    assert "The database is not empty" in done.stderr
    assert not new.exists() or not list(new.iterdir())
