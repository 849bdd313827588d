"""The first run's code, the demo's mark, and a cache that all processes of the installation share."""

from django.db import migrations, models

# Unlogged: what is lost in a crash are counts of recent tries and locks of a few seconds.
SQL = """
SET LOCAL lock_timeout = '5s';
CREATE UNLOGGED TABLE shared_cache (
    key text PRIMARY KEY,
    value jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX shared_cache_expires_at ON shared_cache (expires_at);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_one_index_each")]
    operations = [
        migrations.RunSQL(SQL, "DROP TABLE shared_cache"),
        migrations.AddField("installation", "setup_code_hash", models.CharField(max_length=64, null=True)),
        migrations.AddField("installation", "demo_filled_at", models.DateTimeField(null=True)),
    ]
