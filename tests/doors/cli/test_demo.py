"""The demo is whole, balances, keeps to itself, and goes again without a trace."""

import time
from threading import Event

import pytest
from django.db import connection
from typer.testing import CliRunner

from postroom.accounts import services as accounts
from postroom.accounts.models import Account
from postroom.broadcasts.models import Broadcast
from postroom.config.main import app
from postroom.doors.cli import add_commands
from postroom.doors.cli.demo import reader
from postroom.doors.cli.demo.fill import fill
from postroom.lib import sql
from postroom.sending import queries as sending
from postroom.sending.models import Send
from postroom.subscribers.models import Subscriber
from postroom.tracking import queries as tracking


def value(statement: str, *parameters: object) -> object:
    row = sql.row(statement, list(parameters))
    assert row is not None
    return next(iter(row.values()))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_demo_from_first_to_last(monkeypatch):
    started = time.monotonic()
    assert fill() is True
    assert time.monotonic() - started < 30
    assert Account.objects.filter(is_demo=True).count() == 3
    assert Subscriber.objects.count() == 2_000
    states = set(Broadcast.objects.values_list("state", flat=True))
    assert states == {"draft", "scheduled", "paused", "completed", "aborted", "expanding"}

    for send in Send.objects.filter(kind="broadcast", flow="finished"):
        report = tracking.report(send.account_id, send.pk)
        assert report.ledger.balances
        assert report.sums.opened_people + report.sums.machine_only + report.no_sign == report.ledger.accepted
    newest = Broadcast.objects.get(subject="The quiet week, and what grew in it")
    report = tracking.report(newest.account_id, newest.send_id)
    assert 0.2 < report.open_rate < 0.7
    assert len(tracking.links(newest.account_id, newest.send_id)) == 5
    for state in ("paused", "aborted"):
        broadcast = Broadcast.objects.get(state=state)
        assert sending.ledger(broadcast.account_id, broadcast.send_id).balances
    assert {row["state"] for row in sql.rows("SELECT state FROM enrolment")} == {"active", "completed"}
    assert value("SELECT count(DISTINCT next_email_id) FROM enrolment") == 3
    assert value("SELECT count(*) FROM enrolment WHERE due_at <= now()") == 0
    counted = value("SELECT sum(n) FROM counter_delta WHERE subject = 'people'")
    assert counted == 2_000

    before = {
        table: value(f"SELECT count(*) FROM {table}") for table in ("subscriber", "delivery", "broadcast")
    }
    assert fill() is True
    assert before == {table: value(f"SELECT count(*) FROM {table}") for table in before}

    _read(monkeypatch, newest)
    assert accounts.remove_demo() == 3
    for table in connection.introspection.table_names():
        columns = value(
            "SELECT count(*) FROM information_schema.columns"
            " WHERE table_name = %s AND column_name = 'account_id'",
            table,
        )
        if columns:
            assert value(f'SELECT count(*) FROM "{table}"') == 0, table
    assert value('SELECT count(*) FROM "user"') == 0
    _stays_away_until_asked_for()


def _stays_away_until_asked_for() -> None:
    add_commands(app)
    told = CliRunner().invoke(app, ["demo"])
    assert told.exit_code == 0, told.output
    assert "postroom demo --again" in told.output
    assert Account.objects.filter(is_demo=True).count() == 0
    made = CliRunner().invoke(app, ["demo", "--again"])
    assert "Demo sign-in: " in made.output
    assert Account.objects.filter(is_demo=True).count() == 3


RAW = b"""From: ada@slowmornings.example\r
Subject: x\r
MIME-Version: 1.0\r
Content-Type: text/html; charset=utf-8\r
\r
<img src="{edge}/o/aaa"><a href="{edge}/c/bbb/ccc">one</a><a href="https://elsewhere.example/c/x">no</a>"""


def _read(monkeypatch: pytest.MonkeyPatch, broadcast: Broadcast) -> None:
    """The fake readers look at letters of demo accounts only, once each, and ask nobody but the edge."""
    asked: list[str] = []
    monkeypatch.setattr(reader, "fetch", lambda url, agent: asked.append(url) or 200)
    monkeypatch.setattr(reader, "plan", lambda _: reader.Plan(True, True, True, 0))
    edge = reader.load().edge_url
    raw = RAW.replace(b"{edge}", edge.encode())
    real, _ = accounts.create_account(name="Real")
    send = Send.objects.create(
        account_id=real.pk, kind="broadcast", mail_class=2, send_day=broadcast.send_at.date()
    )
    for account_id, send_id in ((broadcast.account_id, broadcast.send_id), (real.pk, send.pk)):
        sql.execute(
            "INSERT INTO inbox_message (account_id, send_id, recipient_id, nth, send_day, mail_from, rcpt_to,"
            " subject, raw, size_bytes, received_at) VALUES (%s, %s, 1, 0, current_date, 'a', 'b', 's', %s,"
            " 1, now() - interval '5 minutes')",
            [account_id, send_id, raw],
        )
    assert reader.read_some(Event()) == 1
    assert asked == [f"{edge}/o/aaa", f"{edge}/o/aaa", f"{edge}/c/bbb/ccc"]
    assert reader.read_some(Event()) == 0
    accounts.delete_account(account_id=real.pk)
