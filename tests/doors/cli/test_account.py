"""`postroom account create`, as a script calls it."""

import json

import pytest
from typer.testing import CliRunner

from postroom.accounts import services
from postroom.accounts.models import Account, Member
from postroom.doors.cli.account import app

pytestmark = pytest.mark.django_db
WHO = ("--email", "alice@example.com", "--password", "a long password 1")


def create(name: str, *arguments: str):
    return CliRunner().invoke(app, ["create", name, *arguments])


def test_with_json_it_prints_ids_and_keys_and_nothing_else():
    done = create("Alice's letters", *WHO, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert set(found) == {"account_id", "user_id", "name", "email", "api_key", "api_secret"}
    assert services.by_api_key(found["api_key"]).id == found["account_id"]
    assert services.by_api_secret(found["api_secret"]).id == found["account_id"]
    assert Member.objects.get(account_id=found["account_id"]).role == "owner"


def test_the_account_is_empty():
    from postroom.forms.models import Form
    from postroom.subscribers.models import CustomField, Tag

    account_id = json.loads(create("Alice", *WHO, "--json").output)["account_id"]
    for model in (Form, Tag, CustomField):
        assert not model.objects.filter(account_id=account_id).exists()


def test_a_known_user_gets_one_more_account():
    first, second = (json.loads(create(name, *WHO, "--json").output) for name in ("One", "Two"))
    assert first["user_id"] == second["user_id"]
    assert first["account_id"] != second["account_id"]


def test_a_weak_password_makes_nothing():
    done = create("Alice", "--email", "alice@example.com", "--password", "short")
    assert done.exit_code == 1
    assert "too short" in str(done.exception)
    assert not Account.objects.filter(name="Alice").exists()
