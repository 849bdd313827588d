"""Who runs the installation: there is always somebody, and never somebody whose password everybody knows."""

import json

import pytest
from typer.testing import CliRunner

from postroom.accounts import services
from postroom.accounts.errors import Conflict, Invalid, UserNotFound
from postroom.accounts.models import User
from postroom.accounts.services import operators
from postroom.config.main import app
from postroom.doors.cli import add_commands
from postroom.settings import load

pytestmark = pytest.mark.django_db
add_commands(app)
PASSWORD = "a long password 1"


def run(*arguments: str):
    return CliRunner().invoke(app, arguments)


def create(email: str):
    done = run("account", "create", "Letters", "--email", email, "--password", PASSWORD)
    assert done.exit_code == 0, done.output
    return done.output


def emails() -> list[str]:
    return [user.email for user in services.list_operators()]


@pytest.fixture
def ada() -> User:
    """The demo's user."""
    user = services.create_user(email="ada@demo.example", password=PASSWORD, is_verified=True)
    services.create_account(name="Demo", owner=user, is_demo=True)
    return user


@pytest.fixture
def others_can_reach_us(monkeypatch):
    reachable = load().model_copy(update={"bind": "0.0.0.0:8000"})
    monkeypatch.setattr(operators, "load", lambda: reachable)


def test_the_first_user_made_by_the_command_line_runs_the_installation_the_second_does_not():
    assert "runs this installation" in create("alice@example.com")
    assert "runs this installation" not in create("bob@example.com")
    assert emails() == ["alice@example.com"]


def test_the_demo_s_user_runs_a_local_installation_until_somebody_else_does(ada):
    assert services.let_demo_run(email=ada.email)
    ada.refresh_from_db()
    assert services.runs_installation(ada)
    create("alice@example.com")
    assert emails() == ["alice@example.com"]
    assert not services.let_demo_run(email=ada.email)
    ada.refresh_from_db()
    assert not services.runs_installation(ada)


def test_where_others_can_come_the_demo_s_user_runs_nothing_and_never_did(ada, others_can_reach_us):
    User.objects.filter(pk=ada.pk).update(is_superuser=True)  # as a local start left it
    ada.refresh_from_db()
    assert not services.runs_installation(ada)
    assert not services.let_demo_run(email=ada.email)
    ada.refresh_from_db()
    assert not ada.is_superuser


def test_the_demo_s_user_goes_with_the_demo_an_operator_invited_into_it_stays(ada):
    services.let_demo_run(email=ada.email)
    create("alice@example.com")
    User.objects.get(email="alice@example.com").memberships.all().delete()
    services.remove_demo()
    assert emails() == ["alice@example.com"]
    assert not User.objects.filter(pk=ada.pk).exists()


def test_a_user_is_promoted_and_demoted_by_name():
    create("alice@example.com")
    create("bob@example.com")
    assert run("operator", "BOB@example.com").output == "bob@example.com runs this installation.\n"
    assert run("operator").output == "alice@example.com\nbob@example.com\n"
    assert run("operator", "alice@example.com", "--remove").exit_code == 0
    assert emails() == ["bob@example.com"]


def test_the_last_one_stays_strangers_and_the_demo_are_refused(ada):
    create("alice@example.com")
    with pytest.raises(Conflict, match="only one"):
        services.set_operator(email="alice@example.com", runs=False)
    with pytest.raises(UserNotFound, match="Nobody has the address"):
        services.set_operator(email="nobody@example.com", runs=True)
    with pytest.raises(Invalid, match="everybody knows"):
        services.set_operator(email=ada.email, runs=True)
    assert emails() == ["alice@example.com"]


def test_its_output_for_programs_is_json_only():
    done = run("account", "create", "One", "--email", "alice@example.com", "--password", PASSWORD, "--json")
    assert json.loads(done.output)["email"] == "alice@example.com"
