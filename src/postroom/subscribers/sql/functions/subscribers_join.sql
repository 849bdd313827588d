-- Puts a person under one tag, form or sequence. Joining again changes nothing, except that a waiting place becomes
-- active and an ended one starts anew; is_new says whether the person was not there before.
-- Counts of a tag, form or sequence go by the person's state, so that every list has its total at hand.
CREATE OR REPLACE FUNCTION subscribers_join(
    p_account bigint, p_subscriber bigint, p_kind text, p_subject bigint, p_state text, p_source text,
    p_referrer text, p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS TABLE (id bigint, state text, is_new boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_person text;
    v_id bigint;
    v_before text;
BEGIN
    -- The person's row is the lock: a change of state at the same moment counts the same places as we do.
    SELECT s.state INTO v_person FROM subscriber s
    WHERE s.account_id = p_account AND s.id = p_subscriber FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT m.id, m.state INTO v_id, v_before FROM membership m
    WHERE m.account_id = p_account AND m.subscriber_id = p_subscriber
        AND CASE p_kind WHEN 'tag' THEN m.tag_id WHEN 'form' THEN m.form_id ELSE m.sequence_id END = p_subject;
    IF v_id IS NOT NULL AND (v_before = p_state OR v_before = 'active') THEN
        RETURN QUERY SELECT v_id, v_before, false;
        RETURN;
    END IF;
    IF v_id IS NULL THEN
        INSERT INTO membership AS m (account_id, subscriber_id, tag_id, form_id, sequence_id, state, source, referrer)
        VALUES (p_account, p_subscriber, CASE p_kind WHEN 'tag' THEN p_subject END,
            CASE p_kind WHEN 'form' THEN p_subject END, CASE p_kind WHEN 'sequence' THEN p_subject END,
            p_state, left(p_source, 255), left(p_referrer, 2000))
        RETURNING m.id INTO v_id;
    ELSE
        UPDATE membership m SET state = p_state, updated_at = now(),
            source = CASE v_before WHEN 'cancelled' THEN left(p_source, 255) ELSE m.source END,
            referrer = CASE v_before WHEN 'cancelled' THEN left(p_referrer, 2000) ELSE m.referrer END,
            created_at = CASE v_before WHEN 'cancelled' THEN now() ELSE m.created_at END
        WHERE m.account_id = p_account AND m.id = v_id;
    END IF;
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, after, cause_kind, cause_id, actor)
    VALUES (p_account, p_subscriber, p_kind, p_subject, to_jsonb(v_before), to_jsonb(p_state), p_cause_kind,
        p_cause_id, coalesce(p_actor, ''));
    IF v_before IS NULL OR v_before = 'cancelled' THEN
        INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
        VALUES (p_account, p_kind, p_subject, v_person, 1);
        PERFORM events_record(p_account, CASE p_kind WHEN 'tag' THEN 'tag_added' WHEN 'form' THEN 'form_subscribed'
            ELSE 'sequence_subscribed' END, p_subscriber, p_subject, jsonb_build_object('cause', p_cause_kind));
    END IF;
    RETURN QUERY SELECT v_id, p_state, v_before IS NULL OR v_before = 'cancelled';
END $$;
