"""What Django cannot say: composite foreign keys, partitions, indexes on expressions."""

from django.db import migrations

SQL = """
ALTER TABLE send ADD CONSTRAINT send_content_fk FOREIGN KEY (account_id, content_version_id)
    REFERENCES content_version (account_id, id);
ALTER TABLE chunk ADD CONSTRAINT chunk_send_fk FOREIGN KEY (account_id, send_id)
    REFERENCES send (account_id, id) ON DELETE CASCADE;
CREATE TABLE delivery (
    account_id bigint NOT NULL,
    send_id bigint NOT NULL,
    recipient_id bigint NOT NULL,
    nth integer NOT NULL DEFAULT 0,
    send_day date NOT NULL,
    state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'intent', 'accepted', 'deferred',
        'refused', 'excluded', 'uncertain', 'cancelled')),
    reason text,
    attempts smallint NOT NULL DEFAULT 0,
    code smallint,
    enhanced text,
    next_at timestamptz,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, send_id, recipient_id, nth, send_day),
    FOREIGN KEY (account_id, send_id) REFERENCES send (account_id, id) ON DELETE CASCADE
) PARTITION BY RANGE (send_day);
CREATE TABLE delivery_default PARTITION OF delivery DEFAULT WITH (fillfactor = 70);
CREATE INDEX delivery_recipient ON delivery (account_id, recipient_id, send_day);
ALTER TABLE delivery_attempt ADD CONSTRAINT delivery_attempt_send_fk FOREIGN KEY (account_id, send_id)
    REFERENCES send (account_id, id) ON DELETE CASCADE;
ALTER TABLE inbox_message ADD CONSTRAINT inbox_message_send_fk FOREIGN KEY (account_id, send_id)
    REFERENCES send (account_id, id) ON DELETE CASCADE;
CREATE SEQUENCE other_recipient_id_seq INCREMENT BY -1 START WITH -1 MAXVALUE -1;
CREATE TABLE other_recipient (
    id bigint PRIMARY KEY DEFAULT nextval('other_recipient_id_seq') CHECK (id < 0),
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    email varchar(320) NOT NULL,
    email_key varchar(320) NOT NULL,
    name varchar(200) NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (account_id, id),
    UNIQUE (account_id, email_key)
);
"""


class Migration(migrations.Migration):
    dependencies = [("sending", "0001_initial"), ("content", "0001_initial"), ("subscribers", "0002_constraints")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
