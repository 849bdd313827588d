"""What Django cannot say: composite foreign keys, partitions, indexes on expressions."""

from django.db import migrations

SQL = """
ALTER TABLE membership ADD CONSTRAINT membership_form_fk FOREIGN KEY (account_id, form_id)
    REFERENCES form (account_id, id) ON DELETE CASCADE;
ALTER TABLE consent ADD CONSTRAINT consent_form_fk FOREIGN KEY (account_id, form_id)
    REFERENCES form (account_id, id) ON DELETE CASCADE;
ALTER TABLE form_day ADD CONSTRAINT form_day_form_fk FOREIGN KEY (account_id, form_id)
    REFERENCES form (account_id, id) ON DELETE CASCADE;
ALTER TABLE form
    ADD CONSTRAINT form_send_fk FOREIGN KEY (account_id, confirmation_send_id) REFERENCES send (account_id, id),
    ADD CONSTRAINT form_content_fk FOREIGN KEY (account_id, confirmation_version_id)
        REFERENCES content_version (account_id, id);
"""


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial"), ("sending", "0002_constraints")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
