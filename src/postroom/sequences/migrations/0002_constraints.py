"""What Django cannot say: composite foreign keys."""

from django.db import migrations

SQL = """
ALTER TABLE sequence_email
    ADD CONSTRAINT sequence_email_sequence_fk FOREIGN KEY (account_id, sequence_id)
        REFERENCES sequence (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT sequence_email_send_fk FOREIGN KEY (account_id, send_id) REFERENCES send (account_id, id),
    ADD CONSTRAINT sequence_email_content_fk FOREIGN KEY (account_id, content_version_id)
        REFERENCES content_version (account_id, id);
ALTER TABLE enrolment
    ADD CONSTRAINT enrolment_sequence_fk FOREIGN KEY (account_id, sequence_id)
        REFERENCES sequence (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT enrolment_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
        REFERENCES subscriber (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT enrolment_last_fk FOREIGN KEY (account_id, last_email_id)
        REFERENCES sequence_email (account_id, id) ON DELETE SET NULL (last_email_id),
    ADD CONSTRAINT enrolment_next_fk FOREIGN KEY (account_id, next_email_id)
        REFERENCES sequence_email (account_id, id) ON DELETE SET NULL (next_email_id);
ALTER TABLE membership ADD CONSTRAINT membership_sequence_fk FOREIGN KEY (account_id, sequence_id)
    REFERENCES sequence (account_id, id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sequences", "0001_initial"),
        ("content", "0001_initial"),
        ("sending", "0002_constraints"),
        ("subscribers", "0002_constraints"),
    ]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
