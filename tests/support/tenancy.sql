-- Row-level security as a witness: nothing is hidden, but a row of another account than the caller's that a
-- statement reads, adds, changes or deletes is told to the client. Installed by a superuser into the database
-- of the door tests; `tenancy.caller` is 0 outside a call, which lets everything pass.
-- Why policies: they see each row that passed the statement's own conditions, whoever wrote the statement,
-- in functions too, and they see the row that an INSERT or UPDATE leaves behind. A notice, unlike a row in a
-- table, outlives the rollback.

-- PostgreSQL asks a policy before every condition whose function might leak what it is given. Here nobody
-- hides anything: with all marked as safe, the cheap conditions of the statement are asked first and the
-- policy, which says it is dear, last.
UPDATE pg_proc SET proleakproof = true WHERE NOT proleakproof;

CREATE SCHEMA tenancy;
GRANT USAGE ON SCHEMA tenancy TO PUBLIC;

CREATE FUNCTION tenancy.tell(p_table text, p_account bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE COST 1000 AS $$
BEGIN
    RAISE NOTICE USING ERRCODE = 'TN001', MESSAGE = p_table || ' ' || coalesce(p_account::text, '?'),
        DETAIL = current_query();
    RETURN true;
END $$;

DO $$
DECLARE
    v_table record;
    v_rule text;
BEGIN
    FOR v_table IN
        SELECT c.relname AS name, a.attname AS key
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND (a.attname = 'account_id' OR (c.relname = 'account' AND a.attname = 'id'))
    LOOP
        v_rule := format(
            'current_setting(''tenancy.caller'')::bigint IN (0, %1$I) OR tenancy.tell(%2$L, %1$I)',
            v_table.key, v_table.name
        );
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', v_table.name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', v_table.name);
        EXECUTE format('CREATE POLICY tenancy ON %I USING (%s) WITH CHECK (%s)', v_table.name, v_rule, v_rule);
    END LOOP;
END $$;
