-- Merges the rows of the temporary table `staged` into the list by one statement: new people, values of known ones
-- by each column's policy, tags; with their changes, facts and counts. Who left, bounced or complained stays as they
-- are, and no suppressed address enters. `subscriber` rows of known people are locked by the statement before.
-- Answers one row of counts; `suppressed` lists the lines that were kept out.
WITH judged AS MATERIALIZED (
    SELECT r.*, p.id, p.state, p.first_name AS old_name, p.fields AS old_fields, x.reason
    FROM staged r
    LEFT JOIN subscriber p ON p.account_id = %(account)s AND p.email_key = r.email_key
    LEFT JOIN suppression x ON p.id IS NULL AND x.account_id = %(account)s
        AND x.address_hash = sha256(convert_to(r.email_key, 'UTF8'))
), created AS (
    INSERT INTO subscriber (account_id, email, email_key, first_name, state, fields, source, confirmed_at)
    SELECT %(account)s, email, email_key, nullif(first_name, ''), %(new_state)s, jsonb_strip_nulls(fields),
        %(source)s, CASE %(new_state)s WHEN 'active' THEN now() END
    FROM judged WHERE id IS NULL AND reason IS NULL ORDER BY line
    ON CONFLICT (account_id, email_key) DO NOTHING
    RETURNING id, email, email_key, first_name, fields
), wanted AS MATERIALIZED (
    SELECT j.id, j.old_name, j.old_fields,
        CASE
            WHEN j.first_name IS NULL OR %(name_policy)s = 'keep' THEN j.old_name
            WHEN j.first_name = '' THEN CASE %(name_policy)s WHEN 'overwrite_blank' THEN NULL ELSE j.old_name END
            WHEN %(name_policy)s = 'fill' THEN coalesce(j.old_name, j.first_name)
            ELSE j.first_name
        END AS new_name,
        CASE WHEN j.fields = '{}' THEN '{}' ELSE coalesce((
            SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(j.fields) e
            WHERE (e.value <> 'null' OR e.key = ANY(%(blanking)s::text[]))
                AND (e.key = ANY(%(overwriting)s::text[])
                    OR (e.key = ANY(%(filling)s::text[]) AND NOT j.old_fields ? e.key))
                AND nullif(e.value, 'null') IS DISTINCT FROM j.old_fields -> e.key
        ), '{}') END AS differing
    FROM judged j WHERE j.state IN ('active', 'inactive')
), edited AS (
    UPDATE subscriber s SET first_name = w.new_name, fields = jsonb_strip_nulls(w.old_fields || w.differing),
        updated_at = now()
    FROM wanted w
    WHERE s.account_id = %(account)s AND s.id = w.id
        AND (w.new_name IS DISTINCT FROM w.old_name OR w.differing <> '{}')
    RETURNING s.id
), places AS MATERIALIZED (
    SELECT c.id, t.tag FROM created c JOIN judged j ON j.email_key = c.email_key CROSS JOIN unnest(j.tags) AS t (tag)
    UNION
    SELECT j.id, t.tag FROM judged j CROSS JOIN unnest(j.tags) AS t (tag) WHERE j.state IN ('active', 'inactive')
), joined AS (
    INSERT INTO membership (account_id, subscriber_id, tag_id, state, source)
    SELECT %(account)s, id, tag, 'active', %(source)s FROM places ORDER BY id
    ON CONFLICT DO NOTHING
    RETURNING subscriber_id, tag_id
), changed AS (
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, after, cause_kind, cause_id, actor)
    SELECT %(account)s, d.*, 'import', %(cause)s, %(actor)s FROM (
        SELECT id, 'created', NULL::bigint, NULL::jsonb, jsonb_build_object('state', %(new_state)s::text,
            'email', email, 'first_name', first_name, 'fields', fields, 'source', %(source)s::text) FROM created
        UNION ALL
        SELECT id, 'first_name', NULL, to_jsonb(old_name), to_jsonb(new_name) FROM wanted
        WHERE new_name IS DISTINCT FROM old_name
        UNION ALL
        SELECT w.id, 'field', e.key::bigint, w.old_fields -> e.key, nullif(e.value, 'null')
        FROM wanted w, jsonb_each(w.differing) e
        UNION ALL
        SELECT subscriber_id, 'tag', tag_id, NULL, '"active"' FROM joined
    ) d
), counted AS (
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    SELECT %(account)s, 'people', 0, %(new_state)s, count(*) FROM created HAVING count(*) > 0
    UNION ALL
    SELECT %(account)s, 'tag', j.tag_id, coalesce(o.state, %(new_state)s), count(*)
    FROM joined j LEFT JOIN judged o ON o.id = j.subscriber_id GROUP BY j.tag_id, coalesce(o.state, %(new_state)s)
), touched AS (
    SELECT id FROM edited
    UNION
    SELECT j.subscriber_id FROM joined j WHERE j.subscriber_id IN (SELECT id FROM wanted)
)
SELECT (SELECT count(*) FROM created) AS created, (SELECT count(*) FROM touched) AS changed,
    (SELECT count(*) FROM judged WHERE state IN ('cancelled', 'bounced', 'complained')) AS left,
    (SELECT coalesce(array_agg(line ORDER BY line), '{}') FROM judged WHERE id IS NULL AND reason IS NOT NULL)
        AS suppressed,
    CASE WHEN %(new_state)s = 'active' THEN events_record_set(%(account)s, 'subscriber_activated',
        (SELECT array_agg(id) FROM created), NULL, '{"cause": "import"}') END AS activated,
    (SELECT sum(events_record_set(%(account)s, 'tag_added', g.people, g.tag_id, '{"cause": "import"}'))
        FROM (SELECT tag_id, array_agg(subscriber_id) AS people FROM joined GROUP BY tag_id) g) AS tagged
