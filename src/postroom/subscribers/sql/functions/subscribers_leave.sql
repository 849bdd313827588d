-- Takes a person out of one tag, form or sequence; true when they were there. A tag's place is deleted,
-- a form's or sequence's is kept as ended.
CREATE OR REPLACE FUNCTION subscribers_leave(
    p_account bigint, p_subscriber bigint, p_kind text, p_subject bigint,
    p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_person text;
    v_id bigint;
    v_before text;
BEGIN
    SELECT s.state INTO v_person FROM subscriber s
    WHERE s.account_id = p_account AND s.id = p_subscriber FOR NO KEY UPDATE;
    SELECT m.id, m.state INTO v_id, v_before FROM membership m
    WHERE m.account_id = p_account AND m.subscriber_id = p_subscriber AND m.state <> 'cancelled'
        AND CASE p_kind WHEN 'tag' THEN m.tag_id WHEN 'form' THEN m.form_id ELSE m.sequence_id END = p_subject;
    IF v_id IS NULL THEN
        RETURN false;
    END IF;
    IF p_kind = 'tag' THEN
        DELETE FROM membership m WHERE m.account_id = p_account AND m.id = v_id;
    ELSE
        UPDATE membership m SET state = 'cancelled', updated_at = now() WHERE m.account_id = p_account AND m.id = v_id;
    END IF;
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, after, cause_kind, cause_id, actor)
    VALUES (p_account, p_subscriber, p_kind, p_subject, to_jsonb(v_before),
        CASE p_kind WHEN 'tag' THEN NULL ELSE '"cancelled"'::jsonb END, p_cause_kind, p_cause_id, coalesce(p_actor, ''));
    INSERT INTO counter_delta (account_id, subject, subject_id, state, n)
    VALUES (p_account, p_kind, p_subject, v_person, -1);
    IF p_kind = 'tag' THEN
        PERFORM events_record(p_account, 'tag_removed', p_subscriber, p_subject,
            jsonb_build_object('cause', p_cause_kind));
    END IF;
    RETURN true;
END $$;
