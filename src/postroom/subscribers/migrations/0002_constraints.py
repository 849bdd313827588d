"""What Django cannot say: composite foreign keys, partitions, indexes on expressions."""

from django.db import migrations

SQL = """
CREATE SEQUENCE act_id_seq;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX subscriber_search ON subscriber
    USING gin (account_id, (email_key || ' ' || lower(coalesce(first_name, ''))) gin_trgm_ops);
ALTER TABLE membership
    ADD CONSTRAINT membership_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
        REFERENCES subscriber (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT membership_tag_fk FOREIGN KEY (account_id, tag_id)
        REFERENCES tag (account_id, id) ON DELETE CASCADE;
ALTER TABLE change ADD CONSTRAINT change_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
    REFERENCES subscriber (account_id, id) ON DELETE CASCADE;
ALTER TABLE consent ADD CONSTRAINT consent_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
    REFERENCES subscriber (account_id, id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
