"""What Django cannot say: composite foreign keys, partitions, indexes on expressions."""

from django.db import migrations

SQL = """
ALTER TABLE import_error ADD CONSTRAINT import_error_import_fk FOREIGN KEY (account_id, import_id)
    REFERENCES import (account_id, id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("imports", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
