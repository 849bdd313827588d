"""Two columns of the ledger. Neither rewrites a row: one is null, the other has a constant default."""

from django.db import migrations

SQL = """
SET LOCAL lock_timeout = '30s';
ALTER TABLE delivery
    ADD COLUMN lost smallint NOT NULL DEFAULT 0,
    ADD COLUMN deferred_at timestamptz;
"""
UNDO = "ALTER TABLE delivery DROP COLUMN lost, DROP COLUMN deferred_at;"


class Migration(migrations.Migration):
    dependencies = [("sending", "0005_sequence_kind")]
    operations = [migrations.RunSQL(SQL, UNDO)]
