-- Gives an ended place under a form or sequence back as it was: state, source and date of joining. Nobody joins
-- anew, so no fact is recorded and nothing starts over; false when the place is gone or has begun anew meanwhile.
CREATE OR REPLACE FUNCTION subscribers_rejoin(
    p_account bigint, p_subscriber bigint, p_kind text, p_subject bigint, p_state text,
    p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_person text;
BEGIN
    SELECT s.state INTO v_person FROM subscriber s
    WHERE s.account_id = p_account AND s.id = p_subscriber FOR NO KEY UPDATE;
    UPDATE membership m SET state = p_state, updated_at = now()
    WHERE m.account_id = p_account AND m.subscriber_id = p_subscriber AND m.state = 'cancelled'
        AND CASE p_kind WHEN 'form' THEN m.form_id ELSE m.sequence_id END = p_subject;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, after, cause_kind, cause_id, actor)
    VALUES (p_account, p_subscriber, p_kind, p_subject, '"cancelled"', to_jsonb(p_state), p_cause_kind,
        p_cause_id, coalesce(p_actor, ''));
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    VALUES (p_account, p_kind, p_subject, v_person, 1);
    RETURN true;
END $$;
