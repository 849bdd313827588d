"""What Django cannot say: composite foreign keys, partitions, indexes on expressions."""

from django.db import migrations

SQL = """
CREATE SEQUENCE fact_id_seq;
CREATE TABLE fact (
    account_id bigint NOT NULL,
    id bigint NOT NULL DEFAULT nextval('fact_id_seq'),
    day date NOT NULL DEFAULT current_date,
    kind text NOT NULL,
    subscriber_id bigint,
    subject_id bigint,
    payload jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, id, day)
) PARTITION BY RANGE (day);
CREATE TABLE fact_default PARTITION OF fact DEFAULT;
CREATE TABLE fact_pending (
    fact_id bigint PRIMARY KEY,
    account_id bigint NOT NULL,
    day date NOT NULL,
    attempts smallint NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    parked_at timestamptz,
    error text
);
CREATE INDEX fact_pending_parked ON fact_pending (account_id) WHERE parked_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
