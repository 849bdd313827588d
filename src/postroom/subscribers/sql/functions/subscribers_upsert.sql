-- Finds or makes the person with this address and writes what is given: name and fields, each with its change row.
-- NULL and the empty string mean "not given" (`subscribers_edit` is the one that clears). The state of somebody
-- known stays as it is. Two that arrive at once: the second waits for the first and then updates.
-- An address on the suppression list keeps its reason as state; who was erased may sign up again, but no file brings
-- them back.
CREATE OR REPLACE FUNCTION subscribers_upsert(
    p_account bigint, p_email text, p_email_key text, p_first_name text,
    p_fields jsonb, -- by field id
    p_new_state text, p_source text, p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS TABLE (id bigint, state text, created boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_id bigint;
    v_state text := p_new_state;
    v_reason text;
    v_fields jsonb := '{}';
    v_first_name text := nullif(p_first_name, '');
BEGIN
    IF p_fields IS NOT NULL AND p_fields <> '{}' THEN
        SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') INTO v_fields
        FROM jsonb_each(p_fields) e WHERE e.value NOT IN ('null', '""');
    END IF;
    SELECT s.id, s.state INTO v_id, v_state FROM subscriber s
    WHERE s.account_id = p_account AND s.email_key = p_email_key FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        v_state := p_new_state;
        SELECT x.reason INTO v_reason FROM suppression x
        WHERE x.account_id = p_account AND x.address_hash = sha256(convert_to(p_email_key, 'UTF8'));
        IF v_reason IN ('bounced', 'complained') THEN
            v_state := v_reason;
        ELSIF v_reason = 'erased' AND p_cause_kind <> 'import' THEN
            DELETE FROM suppression x
            WHERE x.account_id = p_account AND x.address_hash = sha256(convert_to(p_email_key, 'UTF8'));
        END IF;
        INSERT INTO subscriber AS s (account_id, email, email_key, first_name, state, fields, source, confirmed_at)
        VALUES (p_account, p_email, p_email_key, v_first_name, v_state, v_fields, left(coalesce(p_source, ''), 255),
            CASE v_state WHEN 'active' THEN now() END)
        ON CONFLICT (account_id, email_key) DO NOTHING
        RETURNING s.id INTO v_id;
        IF FOUND THEN
            INSERT INTO change (account_id, subscriber_id, kind, after, cause_kind, cause_id, actor)
            VALUES (p_account, v_id, 'created', jsonb_build_object('state', v_state, 'email', p_email,
                'first_name', v_first_name, 'fields', v_fields, 'source', p_source), p_cause_kind, p_cause_id,
                coalesce(p_actor, ''));
            INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
            VALUES (p_account, 'people', 0, v_state, 1);
            IF v_state = 'active' THEN
                PERFORM events_record(p_account, 'subscriber_activated', v_id, NULL,
                    jsonb_build_object('cause', p_cause_kind));
            END IF;
            RETURN QUERY SELECT v_id, v_state, true;
            RETURN;
        END IF;
        -- Somebody else made the person in this moment.
        SELECT s.id, s.state INTO v_id, v_state FROM subscriber s
        WHERE s.account_id = p_account AND s.email_key = p_email_key FOR NO KEY UPDATE;
    END IF;
    IF v_first_name IS NOT NULL OR v_fields <> '{}' THEN
        PERFORM subscribers_edit(p_account, v_id, NULL, NULL, v_first_name, v_fields,
            p_cause_kind, p_cause_id, p_actor);
    END IF;
    RETURN QUERY SELECT v_id, v_state, false;
END $$;
