"""What Django cannot say: composite foreign keys, partitions, indexes on expressions."""

from django.db import migrations

SQL = """
CREATE TABLE hit (
    spool text NOT NULL,
    spool_offset bigint NOT NULL,
    day date NOT NULL,
    account_id bigint NOT NULL,
    send_id bigint NOT NULL,
    recipient_id bigint NOT NULL,
    nth integer NOT NULL DEFAULT 0,
    kind text NOT NULL,
    link_no smallint,
    url text,
    verdict text NOT NULL,
    ip inet,
    user_agent text,
    at timestamptz NOT NULL,
    PRIMARY KEY (spool, spool_offset, day)
) PARTITION BY RANGE (day);
CREATE TABLE hit_default PARTITION OF hit DEFAULT;
CREATE INDEX hit_message ON hit (account_id, send_id, recipient_id);
-- Clicks that look like a person's and are looked at again when what followed them is known.
CREATE TABLE unsettled_click (
    account_id bigint NOT NULL,
    spool text NOT NULL,
    spool_offset bigint NOT NULL,
    day date NOT NULL,
    send_id bigint NOT NULL,
    recipient_id bigint NOT NULL,
    nth integer NOT NULL,
    link_no smallint NOT NULL,
    url text NOT NULL,
    ip inet,
    at timestamptz NOT NULL,
    PRIMARY KEY (account_id, spool, spool_offset)
);
CREATE INDEX unsettled_click_at ON unsettled_click (at);
ALTER TABLE engagement ADD CONSTRAINT engagement_send_fk FOREIGN KEY (account_id, send_id)
    REFERENCES send (account_id, id) ON DELETE CASCADE;
ALTER TABLE link_click ADD CONSTRAINT link_click_send_fk FOREIGN KEY (account_id, send_id)
    REFERENCES send (account_id, id) ON DELETE CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0001_initial"), ("sending", "0002_constraints")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
