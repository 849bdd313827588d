"""Deleting an account leaves nothing of it and touches nobody else."""

from threading import Event

import pytest
from django.db import connection

from postroom.accounts import queries, services
from postroom.accounts.errors import AccountNotFound
from postroom.accounts.models import Account, Member
from postroom.accounts.services import erase
from postroom.accounts.services.erase import tenant_tables
from postroom.settings import load
from tests.support.mailing import House

pytestmark = pytest.mark.django_db(transaction=True)


def rows_of(account_id: int) -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in tenant_tables():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE account_id = %s', [account_id])
            if count := cursor.fetchone()[0]:
                found[table] = count
    return found


@pytest.fixture
def house(postgres):
    house = House(postgres)
    yield house
    house.close()


def furnish(house: House, name: str) -> int:
    """An account with something in rooms of every floor."""
    account = house.account(name)
    people = house.people(account, 3)
    version = house.raw_version(account)
    house.plan_one(account, people[0], version)
    tag = house.value("INSERT INTO tag (account_id, name) VALUES (%s, 'a') RETURNING id", [account])
    house.rows("SELECT events_record(%s, 'tag_added', %s, %s, '{}')", [account, people[0], tag])
    services.notify(account_id=account, key="k", level="warn", title="t")
    folder = load().media_dir / str(account)
    folder.mkdir(parents=True)
    (folder / "x.png").write_bytes(b"x")
    people_file = load().data / "imports" / str(account) / "people.csv"
    people_file.parent.mkdir(parents=True)
    people_file.write_text("email\n")
    return account


def test_an_ended_account_is_closed_at_once_and_emptied_in_small_steps(house, monkeypatch):
    hers, his = furnish(house, "Alice"), furnish(house, "Charlie")
    user = services.create_user(email="alice@example.com", password="a long password 1")
    Member.objects.create(account_id=hers, user=user, role="owner")
    before = rows_of(his)
    services.end_account(account_id=hers)
    assert queries.memberships(user_id=user.pk) == []
    with pytest.raises(AccountNotFound):
        services.end_account(account_id=hers)
    stopped = Event()
    stopped.set()
    assert services.delete_ended(stopped) == 0
    assert Account.objects.filter(id=hers).exists()
    monkeypatch.setattr(erase, "BATCH", 2)
    assert services.delete_ended(Event()) == 1
    assert rows_of(hers) == {}
    assert rows_of(his) == before
    assert not Account.objects.filter(id=hers).exists()
    assert not (load().data / "imports" / str(hers)).exists()
    assert (load().data / "imports" / str(his) / "people.csv").exists()


def test_everything_of_the_account_goes_and_everything_of_the_other_stays(house):
    hers, his = furnish(house, "Alice"), furnish(house, "Charlie")
    before = rows_of(his)
    assert {"subscriber", "delivery", "chunk", "send", "tag", "fact", "fact_pending", "notice"} <= set(before)
    assert rows_of(hers) == before
    services.delete_account(account_id=hers)
    assert rows_of(hers) == {}
    assert rows_of(his) == before
    assert not Account.objects.filter(id=hers).exists()
    assert not (load().media_dir / str(hers)).exists()
    assert (load().media_dir / str(his) / "x.png").exists()


def test_the_installations_own_account_cannot_be_deleted():
    account = services.installation_account()
    with pytest.raises(AccountNotFound):
        services.delete_account(account_id=account.pk)
    assert Account.objects.filter(id=account.pk).exists()
