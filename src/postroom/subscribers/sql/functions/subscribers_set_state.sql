-- Moves a person to another state and writes change, fact and counters; false when the move does not apply
-- (somebody was faster, or the person is gone). Leaving by any way ends places under forms and sequences; tags stay.
-- From bounced and complained only an undo or a demo leads back: the address is suppressed as well.
CREATE OR REPLACE FUNCTION subscribers_set_state(
    p_account bigint, p_subscriber bigint, p_state text, p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_before text;
    v_key text;
    v_fact text := CASE p_state WHEN 'active' THEN 'subscriber_activated' WHEN 'cancelled' THEN 'subscriber_unsubscribed'
        WHEN 'bounced' THEN 'subscriber_bounced' WHEN 'complained' THEN 'subscriber_complained' END;
BEGIN
    SELECT s.state, s.email_key INTO v_before, v_key FROM subscriber s
    WHERE s.account_id = p_account AND s.id = p_subscriber FOR NO KEY UPDATE;
    IF v_before IS NULL OR v_before = p_state THEN
        RETURN false;
    END IF;
    IF p_cause_kind NOT IN ('undo', 'demo') AND NOT (CASE p_state
            WHEN 'complained' THEN true
            WHEN 'bounced' THEN v_before IN ('active', 'inactive')
            ELSE v_before IN ('active', 'inactive', 'cancelled') END) THEN
        RETURN false;
    END IF;
    UPDATE subscriber s SET state = p_state, updated_at = now(),
        confirmed_at = CASE p_state WHEN 'active' THEN now() ELSE s.confirmed_at END,
        cancelled_at = CASE p_state WHEN 'cancelled' THEN now() WHEN 'active' THEN NULL WHEN 'inactive' THEN NULL
            ELSE s.cancelled_at END
    WHERE s.account_id = p_account AND s.id = p_subscriber;
    INSERT INTO change (account_id, subscriber_id, kind, before, after, cause_kind, cause_id, actor)
    VALUES (p_account, p_subscriber, 'state', to_jsonb(v_before), to_jsonb(p_state), p_cause_kind, p_cause_id,
        coalesce(p_actor, ''));
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    VALUES (p_account, 'people', 0, v_before, -1), (p_account, 'people', 0, p_state, 1);

    -- Places: all leave the old state's count, those that go on enter the new one's.
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    SELECT p_account, CASE WHEN m.tag_id IS NOT NULL THEN 'tag' WHEN m.form_id IS NOT NULL THEN 'form' ELSE 'sequence' END,
        coalesce(m.tag_id, m.form_id, m.sequence_id), d.state, d.n
    FROM membership m CROSS JOIN (VALUES (v_before, -1), (p_state, 1)) AS d (state, n)
    WHERE m.account_id = p_account AND m.subscriber_id = p_subscriber AND m.state <> 'cancelled'
        AND (d.n < 0 OR p_state <> 'cancelled' OR m.tag_id IS NOT NULL);
    IF p_state = 'cancelled' THEN
        WITH ended AS (
            UPDATE membership m SET state = 'cancelled', updated_at = now()
            FROM membership o
            WHERE m.account_id = p_account AND m.subscriber_id = p_subscriber AND m.tag_id IS NULL
                AND m.state <> 'cancelled' AND o.account_id = m.account_id AND o.id = m.id
            RETURNING m.form_id, m.sequence_id, o.state AS before
        )
        INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, after, cause_kind, cause_id, actor)
        SELECT p_account, p_subscriber, CASE WHEN form_id IS NULL THEN 'sequence' ELSE 'form' END,
            coalesce(form_id, sequence_id), to_jsonb(before), '"cancelled"', p_cause_kind, p_cause_id, coalesce(p_actor, '')
        FROM ended;
    ELSIF p_state IN ('bounced', 'complained') THEN
        INSERT INTO suppression (account_id, address_hash, reason)
        VALUES (p_account, sha256(convert_to(v_key, 'UTF8')), p_state)
        ON CONFLICT (account_id, address_hash) DO UPDATE SET reason = excluded.reason
        WHERE suppression.reason = 'bounced';
    END IF;
    IF p_cause_kind IN ('undo', 'demo') AND v_before IN ('bounced', 'complained')
            AND p_state NOT IN ('bounced', 'complained') THEN
        DELETE FROM suppression x
        WHERE x.account_id = p_account AND x.address_hash = sha256(convert_to(v_key, 'UTF8')) AND x.reason = v_before;
    END IF;
    IF v_fact IS NOT NULL THEN
        PERFORM events_record(p_account, v_fact, p_subscriber, NULL, jsonb_build_object('cause', p_cause_kind));
    END IF;
    RETURN true;
END $$;
