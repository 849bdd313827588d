"""The door's mails are rows of the ledger: of the installation's account, or of the one they are about."""

import pytest
from django.db import connection

from postroom.accounts import services
from postroom.accounts.models import Account
from tests.support.door import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ledger(settings, _quick):
    settings.EMAIL_BACKEND = "postroom.sending.backend.LedgerBackend"


def planned() -> list[tuple[int, str]]:
    """(account, address) of every planned mail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.account_id, o.email FROM delivery d JOIN other_recipient o"
            " ON o.account_id = d.account_id AND o.id = d.recipient_id"
            " WHERE d.state = 'planned' ORDER BY o.email"
        )
        return cursor.fetchall()


def test_a_reset_is_planned_by_the_installation(client, alice):
    client.post("/accounts/reset", {"email": "alice@example.com"})
    own = services.installation_account().pk
    assert planned() == [(own, "alice@example.com")]


def test_an_invitation_and_a_test_mail(alice):
    account = Account.objects.get(kind="creator")
    person = sign_in(alice, account)
    assert person.post("team/invitations", {"email": "bob@example.com", "role": "viewer"}).status_code == 201
    assert person.post("sending/test", {"to": "me@example.com"}).status_code == 200
    assert planned() == [
        (services.installation_account().pk, "bob@example.com"),
        (account.pk, "me@example.com"),
    ]
