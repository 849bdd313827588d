"""The shared database of the test suite is real, migrated and isolated."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_migrated_and_ours():
    with connection.cursor() as cursor:
        cursor.execute("select current_user, to_regclass('django_migrations') is not null")
        assert cursor.fetchone() == ("postroom", True)
