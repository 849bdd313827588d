"""Changes outlive the person they were about, without saying who it was; growth stays exact by them."""

from django.db import migrations, models

SQL = """
SET LOCAL lock_timeout = '5s';
DROP FUNCTION IF EXISTS subscribers_erase(bigint, bigint[], boolean);
ALTER TABLE change DROP CONSTRAINT change_subscriber_fk;
ALTER TABLE change ADD CONSTRAINT change_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
    REFERENCES subscriber (account_id, id) ON DELETE SET NULL (subscriber_id) NOT VALID;
"""
BACK = """
DELETE FROM change WHERE subscriber_id IS NULL;
ALTER TABLE change DROP CONSTRAINT change_subscriber_fk;
ALTER TABLE change ADD CONSTRAINT change_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
    REFERENCES subscriber (account_id, id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0003_one_index_each")]
    operations = [
        migrations.AlterField(
            "change",
            "subscriber",
            models.ForeignKey(
                "subscribers.subscriber",
                models.CASCADE,
                db_index=False,
                db_constraint=False,
                null=True,
            ),
        ),
        # Every row fits the old constraint already, so a look at all of them under the lock is not needed.
        migrations.RunSQL(SQL, BACK),
    ]
