"""What every tenant table owes the house."""

import pytest
from django.core.management import call_command
from django.db import connection

from postroom.lib import partitions

# Tables without an account of their own, and why.
GLOBAL_TABLES = {
    "account": "the tenant itself",
    "user": "a person may work in several accounts",
    "user_groups": "Django's",
    "user_user_permissions": "Django's",
    "installation": "one row about this installation",
    "heartbeat": "processes serve every account",
    "spool_position": "an edge serves every account",
    "rate_window": "limits count addresses and IPs across accounts",
    "shared_cache": "allauth's limits count users and IPs across accounts",
}
# Unique look-ups that start without an account: the value itself names the account.
GLOBAL_LOOKUPS = {
    "account": {
        "account_api_key",
        "account_api_secret_hash",
        "account_previous_api",
        "account_one_installation",
    },
    "user": {"user_email_lower_key"},
    "invitation": {"invitation_token_hash"},
    "token": {"token_token_hash"},
    "form": {"form_uid"},
    "fact_pending": {"fact_pending_pkey"},
    "hit": {"hit_pkey"},
}


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def house_tables() -> set[str]:
    found = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    )
    foreign = ("django_", "auth_", "account_email", "mfa_", "usersessions_", "procrastinate_")
    return {name for (name,) in found if not name.startswith(foreign)}


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_every_table_has_an_account_or_a_reason() -> None:
    with_account = {
        name
        for (name,) in rows(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'account_id'"
        )
    }
    assert house_tables() - with_account == set(GLOBAL_TABLES)


@pytest.mark.django_db
def test_tenant_tables_are_unique_by_account_and_id() -> None:
    """Tables with an `id` have UNIQUE (account_id, id), or lead with it where they are partitioned."""
    found = rows(
        "SELECT c.relname FROM pg_class c WHERE c.relname = ANY(ARRAY["
        + ", ".join(f"'{name}'" for name in sorted(house_tables() - set(GLOBAL_TABLES)))
        + "]) AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id'"
        "   AND a.attnum > 0)"
        " AND NOT EXISTS (SELECT FROM pg_index i"
        "   WHERE i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL"
        "   AND (SELECT array_agg(a.attname::text ORDER BY k.ord)"
        "        FROM unnest(i.indkey::int[]) WITH ORDINALITY k(num, ord)"
        "        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num AND k.ord <= 2)"
        "       = ARRAY['account_id', 'id'])"
    )
    assert {name for (name,) in found} <= {"counter_delta"}, "only the anonymous deltas may lack it"


@pytest.mark.django_db
def test_unique_look_ups_start_with_the_account() -> None:
    found = rows(
        "SELECT c.relname, ic.relname, a.attname FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class ic ON ic.oid = i.indexrelid"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE i.indisunique AND NOT c.relispartition"
    )
    tenant = house_tables() - set(GLOBAL_TABLES)
    for table, index, first in found:
        if table not in tenant or first in ("account_id", "id"):
            continue
        allowed = GLOBAL_LOOKUPS.get(table, set())
        assert any(index.startswith(name) for name in allowed), f"{index} on {table} starts with {first}"


@pytest.mark.django_db
def test_tenant_references_are_composite() -> None:
    """A foreign key between two tenant tables names the account on both sides."""
    found = rows(
        "SELECT con.conname, c.relname, r.relname, array_length(con.conkey, 1) FROM pg_constraint con"
        " JOIN pg_class c ON c.oid = con.conrelid JOIN pg_class r ON r.oid = con.confrelid"
        " WHERE con.contype = 'f' AND NOT c.relispartition"
    )
    tenant = house_tables() - set(GLOBAL_TABLES)
    single = [name for name, table, target, n in found if table in tenant and target in tenant and n < 2]
    assert single == []


@pytest.mark.django_db
def test_partitions_reach_sixty_days_ahead() -> None:
    from postroom.lib.clock import today

    assert set(partitions.PARTITIONED) == {
        name for (name,) in rows("SELECT relname FROM pg_class WHERE relkind = 'p' AND relname !~ '_pkey$'")
    }
    last = partitions.month_of(today().fromordinal(today().toordinal() + partitions.DAYS_AHEAD))
    for table in partitions.PARTITIONED:
        assert rows(f"SELECT to_regclass('{table}_{last:%Y%m}')")[0][0] is not None
    assert set(partitions.default_rows().values()) == {0}


@pytest.mark.django_db
def test_no_index_repeats_the_beginning_of_another() -> None:
    """Each index is written on every insert; one that another covers costs and gives nothing."""
    repeats = rows("""
        SELECT short.indexrelid::regclass::text, long.indexrelid::regclass::text
        FROM pg_index short JOIN pg_class c ON c.oid = short.indexrelid
        JOIN pg_index long ON long.indrelid = short.indrelid AND long.indexrelid <> short.indexrelid
        JOIN pg_class d ON d.oid = long.indexrelid AND d.relam = c.relam
        WHERE NOT short.indisunique AND short.indexprs IS NULL AND long.indexprs IS NULL
            AND short.indpred IS NULL AND long.indpred IS NULL AND short.indclass[0] = long.indclass[0]
            AND left(long.indkey::text || ' ', length(short.indkey::text) + 1) = short.indkey::text || ' '
            AND c.relname ~ '_account_id_[0-9a-f]{8}$'
    """)
    assert repeats == []
