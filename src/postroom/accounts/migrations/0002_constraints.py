"""A table without a history: counts of recent tries, for limits."""

from django.db import migrations

SQL = """
CREATE UNLOGGED TABLE rate_window (
    key text NOT NULL,
    starts_at timestamptz NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (key, starts_at)
);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
