"""What Django cannot say: composite foreign keys, partitions, indexes on expressions."""

from django.db import migrations

SQL = """
ALTER TABLE broadcast
    ADD CONSTRAINT broadcast_send_fk FOREIGN KEY (account_id, send_id) REFERENCES send (account_id, id),
    ADD CONSTRAINT broadcast_copy_fk FOREIGN KEY (account_id, copy_of_id)
        REFERENCES broadcast (account_id, id) ON DELETE SET NULL (copy_of_id);
"""


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0001_initial"), ("sending", "0002_constraints")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
