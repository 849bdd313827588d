-- Takes back what one cause changed, newest first: each value returns to what it was unless something else has
-- changed it since. Somebody whom the cause had created goes, unless anything else has happened to them.
-- found: changes that could be taken back; people: how many were touched.
CREATE OR REPLACE FUNCTION subscribers_undo(
    p_account bigint, p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS TABLE (found integer, people integer) LANGUAGE plpgsql AS $$
DECLARE
    c change%ROWTYPE;
    v_found integer := 0;
    v_people bigint[] := '{}';
    v_new bigint[];
BEGIN
    SELECT coalesce(array_agg(n.subscriber_id), '{}') INTO v_new FROM change n
    WHERE n.account_id = p_account AND n.cause_kind = p_cause_kind AND n.cause_id = p_cause_id AND n.kind = 'created'
        AND n.subscriber_id IS NOT NULL AND NOT EXISTS (SELECT FROM change l WHERE l.account_id = p_account AND l.subscriber_id = n.subscriber_id
            AND l.id > n.id AND (l.cause_kind, l.cause_id) IS DISTINCT FROM (p_cause_kind, p_cause_id));
    IF v_new <> '{}' THEN
        PERFORM subscribers_erase(p_account, v_new, false, 'undo', p_cause_id, p_actor);
    END IF;
    FOR c IN
        SELECT o.* FROM change o
        WHERE o.account_id = p_account AND o.cause_kind = p_cause_kind AND o.cause_id = p_cause_id
            AND o.kind NOT IN ('created', 'consent', 'erased') AND o.subscriber_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM change l WHERE l.account_id = p_account AND l.subscriber_id = o.subscriber_id AND l.id > o.id
                    AND l.kind = o.kind AND l.subject_id IS NOT DISTINCT FROM o.subject_id)
        ORDER BY o.id DESC
    LOOP
        CASE c.kind
        WHEN 'state' THEN
            PERFORM subscribers_set_state(p_account, c.subscriber_id, c.before #>> '{}', 'undo', p_cause_id, p_actor);
        WHEN 'first_name' THEN
            PERFORM subscribers_edit(p_account, c.subscriber_id, NULL, NULL, coalesce(c.before #>> '{}', ''), NULL,
                'undo', p_cause_id, p_actor);
        WHEN 'field' THEN
            CONTINUE WHEN NOT EXISTS (SELECT FROM custom_field f
                WHERE f.account_id = p_account AND f.id = c.subject_id);
            PERFORM subscribers_edit(p_account, c.subscriber_id, NULL, NULL, NULL,
                jsonb_build_object(c.subject_id::text, c.before), 'undo', p_cause_id, p_actor);
        WHEN 'tag', 'form', 'sequence' THEN
            IF c.before IS NULL OR c.before = '"cancelled"' THEN
                PERFORM subscribers_leave(p_account, c.subscriber_id, c.kind, c.subject_id, 'undo', p_cause_id, p_actor);
            ELSIF c.kind <> 'tag' THEN
                PERFORM subscribers_rejoin(p_account, c.subscriber_id, c.kind, c.subject_id, c.before #>> '{}',
                    'undo', p_cause_id, p_actor);
            ELSE
                CONTINUE WHEN NOT EXISTS (SELECT FROM tag t WHERE t.account_id = p_account AND t.id = c.subject_id);
                PERFORM subscribers_join(p_account, c.subscriber_id, c.kind, c.subject_id, c.before #>> '{}', 'undo',
                    NULL, 'undo', p_cause_id, p_actor);
            END IF;
        ELSE
            CONTINUE;
        END CASE;
        v_found := v_found + 1;
        v_people := v_people || c.subscriber_id;
    END LOOP;
    RETURN QUERY SELECT v_found + cardinality(v_new),
        (SELECT count(DISTINCT p)::integer FROM unnest(v_people || v_new) AS p);
END $$;
