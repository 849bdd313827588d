"""What Django cannot say: composite foreign keys."""

from django.db import migrations

SQL = """
ALTER TABLE purchase
    ADD CONSTRAINT purchase_subscriber_fk FOREIGN KEY (account_id, subscriber_id)
        REFERENCES subscriber (account_id, id) ON DELETE SET NULL (subscriber_id);
ALTER TABLE purchase_line
    ADD CONSTRAINT purchase_line_purchase_fk FOREIGN KEY (account_id, purchase_id)
        REFERENCES purchase (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT purchase_line_product_fk FOREIGN KEY (account_id, product_id)
        REFERENCES product (account_id, id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("purchases", "0001_initial"), ("subscribers", "0002_constraints")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
