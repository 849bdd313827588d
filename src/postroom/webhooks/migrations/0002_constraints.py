"""What Django cannot say: composite foreign keys."""

from django.db import migrations

SQL = """
ALTER TABLE hook_delivery
    ADD CONSTRAINT hook_delivery_hook_fk FOREIGN KEY (account_id, hook_id)
        REFERENCES hook (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT hook_delivery_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
        REFERENCES subscriber (account_id, id) ON DELETE CASCADE;
ALTER TABLE hook_attempt ADD CONSTRAINT hook_attempt_delivery_fk FOREIGN KEY (account_id, delivery_id)
    REFERENCES hook_delivery (account_id, id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial"), ("subscribers", "0002_constraints")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
