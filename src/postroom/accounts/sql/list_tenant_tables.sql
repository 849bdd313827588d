-- list_tenant_tables: tables with a column account_id (a partitioned table once), each with the others of them that
-- its foreign keys point at.
WITH tenant AS (
    SELECT c.oid, c.relname
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
)
SELECT t.relname AS name,
       array(SELECT DISTINCT p.relname FROM pg_constraint k JOIN tenant p ON p.oid = k.confrelid
             WHERE k.conrelid = t.oid AND k.contype = 'f' AND p.oid <> t.oid)::text[] AS points_at
FROM tenant t ORDER BY t.relname;
