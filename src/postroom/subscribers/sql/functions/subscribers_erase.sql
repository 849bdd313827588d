-- Deletes people and all that hangs on them; a hash of each address stays, so that no file brings them back. Of their
-- changes stay when they came, how their state moved and that they went, without a name: growth is told by those.
-- p_keep_hash false: they should never have been there (an import is undone), so their changes go as well.
-- Answers how many went. The counts follow; mail that is still planned for them is excluded when its turn comes.
CREATE OR REPLACE FUNCTION subscribers_erase(
    p_account bigint, p_subscribers bigint[], p_keep_hash boolean,
    p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_gone integer;
BEGIN
    PERFORM 1 FROM subscriber s WHERE s.account_id = p_account AND s.id = ANY (p_subscribers) ORDER BY s.id FOR UPDATE;
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    SELECT p_account, k.subject, k.subject_id, k.state, -count(*)::integer
    FROM (
        SELECT 'people' AS subject, 0::bigint AS subject_id, s.state FROM subscriber s
        WHERE s.account_id = p_account AND s.id = ANY (p_subscribers)
        UNION ALL
        SELECT CASE WHEN m.tag_id IS NOT NULL THEN 'tag' WHEN m.form_id IS NOT NULL THEN 'form' ELSE 'sequence' END,
            coalesce(m.tag_id, m.form_id, m.sequence_id), s.state
        FROM membership m JOIN subscriber s ON s.account_id = m.account_id AND s.id = m.subscriber_id
        WHERE m.account_id = p_account AND m.subscriber_id = ANY (p_subscribers) AND m.state <> 'cancelled'
    ) k GROUP BY k.subject, k.subject_id, k.state;
    DELETE FROM change c WHERE c.account_id = p_account AND c.subscriber_id = ANY (p_subscribers)
        AND (c.kind NOT IN ('created', 'state') OR NOT p_keep_hash);
    UPDATE change c SET after = jsonb_build_object('state', c.after -> 'state')
    WHERE c.account_id = p_account AND c.subscriber_id = ANY (p_subscribers) AND c.kind = 'created';
    INSERT INTO change (account_id, kind, subject_id, before, cause_kind, cause_id, actor)
    SELECT p_account, 'erased', s.id, CASE WHEN p_keep_hash THEN to_jsonb(s.state) END, p_cause_kind, p_cause_id,
        coalesce(p_actor, '')
    FROM subscriber s WHERE s.account_id = p_account AND s.id = ANY (p_subscribers);
    WITH gone AS (
        DELETE FROM subscriber s WHERE s.account_id = p_account AND s.id = ANY (p_subscribers) RETURNING s.email_key
    ), kept AS (
        INSERT INTO suppression (account_id, address_hash, reason)
        SELECT p_account, sha256(convert_to(g.email_key, 'UTF8')), 'erased' FROM gone g WHERE p_keep_hash
        ON CONFLICT (account_id, address_hash) DO NOTHING
    )
    SELECT count(*) INTO v_gone FROM gone;
    RETURN v_gone;
END $$;
