"""Where others could open the first page before the owner does, it asks for a code from the console."""

import pytest

from postroom.accounts import services
from postroom.accounts.models import Installation, User
from postroom.doors.entry import welcome
from postroom.settings import load
from tests.support.door import PASSWORD

YOU = {"name": "Ada Moreno", "email": "ada@example.com", "password": PASSWORD}
PAGE = "/welcome/you"
pytestmark = pytest.mark.django_db


@pytest.fixture(params=[{"bind": "0.0.0.0:8000"}, {"public_url": "https://mail.example.com"}], ids=str)
def public(request, monkeypatch):
    """Reached by others: at its own address, or through a proxy on the same machine."""
    settings = load().model_copy(update=request.param)
    monkeypatch.setattr(welcome, "load", lambda: settings)


def test_a_stranger_without_the_code_does_not_install(client, public):
    assert "Set-up code" in client.get(PAGE).content.decode()
    services.make_setup_code()
    for body in (YOU, {**YOU, "setup_code": ""}, {**YOU, "setup_code": "AAAA-BBBB-CCCC"}):
        answer = client.post(PAGE, body)
        assert answer.status_code == 422
        assert 'id="id_setup_code_error"' in answer.content.decode()
    assert "postroom setup-code" in answer.content.decode()
    assert not User.objects.exists()


def test_before_any_code_was_made_nothing_opens(client, public):
    for code in ("", "None", "AAAA-BBBB-CCCC"):
        assert client.post(PAGE, {**YOU, "setup_code": code}).status_code == 422
    assert not User.objects.exists()


def test_the_code_opens_once_however_it_is_typed(client, public):
    code = services.make_setup_code()
    assert code not in str(Installation.objects.values())
    typed = f" {code.lower().replace('-', ' ')}"
    assert client.post(PAGE, {**YOU, "setup_code": typed})["Location"] == "/welcome/letter"
    assert User.objects.get().is_superuser
    assert Installation.objects.get().setup_code_hash is None
    assert services.make_setup_code() is None


def test_a_mistake_elsewhere_on_the_page_does_not_use_it_up(client, public):
    code = services.make_setup_code()
    assert client.post(PAGE, {**YOU, "password": "short", "setup_code": code}).status_code == 422
    assert client.post(PAGE, {**YOU, "setup_code": code})["Location"] == "/welcome/letter"


def test_a_newer_code_replaces_the_older(client, public):
    older, newer = services.make_setup_code(), services.make_setup_code()
    assert client.post(PAGE, {**YOU, "setup_code": older}).status_code == 422
    assert client.post(PAGE, {**YOU, "setup_code": newer}).status_code == 302


def test_guessing_is_slowed_down(client, public):
    code = services.make_setup_code()
    statuses = [client.post(PAGE, {**YOU, "setup_code": f"AAAA-{n}"}).status_code for n in range(11)]
    assert statuses == [422] * 10 + [429]
    late = client.post(PAGE, {**YOU, "setup_code": code})
    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= 1200
    assert "Wait" in late.content.decode()


def test_on_loopback_no_code_is_asked(client):
    assert not load().is_public
    assert "Set-up code" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, YOU)["Location"] == "/welcome/letter"
