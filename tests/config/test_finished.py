"""What goes by itself once it is finished, and what stays."""

from threading import Event

import pytest
from django.core.mail import EmailMessage

from postroom.accounts import services
from postroom.accounts.models import Notice
from postroom.config.finished import forget_finished
from postroom.content.models import ContentVersion
from postroom.lib import sql
from postroom.sending.models import Chunk, Delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(settings) -> int:
    settings.EMAIL_BACKEND = "postroom.sending.backend.LedgerBackend"
    return services.create_account(name="A", from_email="a@example.com")[0].pk


def send(account: int) -> Chunk:
    EmailMessage("Reset", "secret link", to=["b@x.com"], headers={"X-Postroom-Account": str(account)}).send()
    return Chunk.objects.latest("id")


def age(table: str, hours: int, column: str = "created_at") -> None:
    sql.execute(f"UPDATE {table} SET {column} = now() - make_interval(hours => %s)", [hours])


def test_a_mail_of_the_house_goes_a_day_after_it_has_left_its_ledger_row_stays(account):
    waiting, left = send(account), send(account)
    assert waiting.content_version_id != left.content_version_id  # the same text, a letter each
    Chunk.objects.filter(pk=left.pk).update(state="done")
    age("content_version", 23)
    forget_finished(Event())
    assert ContentVersion.objects.count() == 2
    age("content_version", 25)
    forget_finished(Event())
    assert [version.pk for version in ContentVersion.objects.all()] == [waiting.content_version_id]
    assert Delivery.objects.filter(account_id=account).count() == 2


def test_chunks_of_single_mails_go_after_a_week_those_of_broadcasts_stay(account):
    waiting, left, broadcast = send(account), send(account), send(account)
    Chunk.objects.filter(pk__in=[left.pk, broadcast.pk]).update(state="done")
    Chunk.objects.filter(pk=broadcast.pk).update(nth=None)
    age("chunk", 24 * 6)
    forget_finished(Event())
    assert Chunk.objects.count() == 3
    age("chunk", 24 * 8)
    forget_finished(Event())
    assert set(Chunk.objects.values_list("pk", flat=True)) == {waiting.pk, broadcast.pk}


def test_resolved_notices_and_finished_jobs_go_open_ones_stay(account):
    for key in ("open", "resolved"):
        services.notify(account_id=account, key=key, level="warn", title=key)
    services.resolve_notice(account_id=account, key="resolved")
    sql.execute("UPDATE notice SET resolved_at = now() - interval '91 days' WHERE resolved_at IS NOT NULL")
    for _ in range(2):
        sql.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('q', 't')")
    newest = sql.row("SELECT max(id) AS id FROM procrastinate_jobs")["id"]
    for status in ("doing", "failed"):  # its history is written by the moves
        sql.execute(f"UPDATE procrastinate_jobs SET status = '{status}' WHERE id = %s", [newest])
    forget_finished(Event())
    assert sql.row("SELECT count(*) AS n FROM procrastinate_jobs")["n"] == 2
    age("procrastinate_events", 24 * 31, "at")
    forget_finished(Event())
    assert [row["status"] for row in sql.rows("SELECT status::text FROM procrastinate_jobs")] == ["todo"]
    assert [notice.key for notice in Notice.objects.all()] == ["open"]
