-- What `merge_staged` would do with the rows of the temporary table `staged`, without writing. Keys and tags that do
-- not exist yet have ids below zero, which nobody can have. Same policies, same order of rules.
WITH judged AS MATERIALIZED (
    SELECT r.*, p.id, p.state, p.first_name AS old_name, p.fields AS old_fields, x.reason
    FROM staged r
    LEFT JOIN subscriber p ON p.account_id = %(account)s AND p.email_key = r.email_key
    LEFT JOIN suppression x ON p.id IS NULL AND x.account_id = %(account)s
        AND x.address_hash = sha256(convert_to(r.email_key, 'UTF8'))
), wanted AS MATERIALIZED (
    SELECT j.id, j.line, j.email, j.old_name, j.old_fields,
        CASE
            WHEN j.first_name IS NULL OR %(name_policy)s = 'keep' THEN j.old_name
            WHEN j.first_name = '' THEN CASE %(name_policy)s WHEN 'overwrite_blank' THEN NULL ELSE j.old_name END
            WHEN %(name_policy)s = 'fill' THEN coalesce(j.old_name, j.first_name)
            ELSE j.first_name
        END AS new_name,
        coalesce((
            SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(j.fields) e
            WHERE (e.value <> 'null' OR e.key = ANY(%(blanking)s::text[]))
                AND (e.key = ANY(%(overwriting)s::text[])
                    OR (e.key = ANY(%(filling)s::text[]) AND NOT j.old_fields ? e.key))
                AND nullif(e.value, 'null') IS DISTINCT FROM j.old_fields -> e.key
        ), '{}') AS differing,
        (SELECT coalesce(array_agg(t.tag), '{}') FROM unnest(j.tags) AS t (tag) WHERE NOT EXISTS (
            SELECT FROM membership m WHERE m.account_id = %(account)s AND m.subscriber_id = j.id
                AND m.tag_id = t.tag)) AS new_tags
    FROM judged j WHERE j.state IN ('active', 'inactive')
), changes AS (
    SELECT * FROM wanted WHERE new_name IS DISTINCT FROM old_name OR differing <> '{}' OR new_tags <> '{}'
)
SELECT (SELECT count(*) FROM judged WHERE id IS NULL AND reason IS NULL) AS created,
    (SELECT count(*) FROM changes) AS changed,
    (SELECT count(*) FROM wanted) - (SELECT count(*) FROM changes) AS unchanged,
    (SELECT count(*) FROM judged WHERE state = 'cancelled') AS cancelled,
    (SELECT count(*) FROM judged WHERE state = 'bounced') AS bounced,
    (SELECT count(*) FROM judged WHERE state = 'complained') AS complained,
    (SELECT coalesce(array_agg(line), '{}') FROM judged WHERE id IS NULL AND reason IS NOT NULL) AS suppressed,
    (SELECT coalesce(json_agg(c ORDER BY c.line), '[]') FROM (
        SELECT line, email, old_name, new_name, old_fields, differing, new_tags FROM changes
        ORDER BY line LIMIT %(sample)s) c)::text AS sample
