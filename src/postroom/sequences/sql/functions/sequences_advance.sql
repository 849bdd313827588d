-- Mails one email to people who are due and moves them on, for the loop that holds their rows; answers how many
-- messages were planned. The ledger rows and the moves are one transaction: killed at any point, either both are
-- there or neither. Without an email these people are at the end, and are completed.
-- The person's state is read here: who has left since is stopped, who has not confirmed waits until they do.
CREATE OR REPLACE FUNCTION sequences_advance(
    p_account bigint, p_sequence bigint, p_email bigint, p_enrolments bigint[], p_send bigint, p_version bigint
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_hold boolean;
    v_position integer;
    v_next sequence_email%ROWTYPE;
    v_ready bigint[];
    v_people bigint[];
    v_rounds integer[];
    v_completed bigint[];
    v_planned integer := 0;
BEGIN
    UPDATE enrolment e SET due_at = NULL, state = CASE s.state WHEN 'inactive' THEN 'active' ELSE 'cancelled' END
    FROM subscriber s
    WHERE e.account_id = p_account AND e.id = ANY (p_enrolments) AND s.account_id = p_account
        AND s.id = e.subscriber_id AND s.state <> 'active';
    SELECT array_agg(e.id ORDER BY e.id), array_agg(e.subscriber_id ORDER BY e.id), array_agg(e.round ORDER BY e.id)
    INTO v_ready, v_people, v_rounds FROM enrolment e
    WHERE e.account_id = p_account AND e.id = ANY (p_enrolments) AND e.state = 'active' AND e.due_at IS NOT NULL;
    IF v_ready IS NULL THEN
        RETURN 0;
    END IF;
    SELECT q.hold INTO v_hold FROM sequence q WHERE q.account_id = p_account AND q.id = p_sequence;
    IF p_email IS NOT NULL THEN
        v_planned := sending_plan_set(p_account, p_send, v_people, v_rounds, p_version, 1);
        SELECT m.position INTO v_position FROM sequence_email m WHERE m.account_id = p_account AND m.id = p_email;
        SELECT m.* INTO v_next FROM sequence_email m
        WHERE m.account_id = p_account AND m.sequence_id = p_sequence AND m.published AND m.position > v_position
        ORDER BY m.position LIMIT 1;
    END IF;
    WITH moved AS (
        UPDATE enrolment e SET last_email_id = coalesce(p_email, e.last_email_id), next_email_id = v_next.id,
            placed_at = CASE WHEN p_email IS NULL THEN e.placed_at ELSE now() END,
            due_at = now() + CASE v_next.delay_unit WHEN 'hours' THEN make_interval(hours => v_next.delay_value)
                ELSE make_interval(hours => 24 * v_next.delay_value) END,
            state = CASE WHEN v_next.id IS NULL AND NOT v_hold THEN 'completed' ELSE 'active' END,
            completed_at = CASE WHEN v_next.id IS NULL AND NOT v_hold THEN now() END
        WHERE e.account_id = p_account AND e.id = ANY (v_ready)
        RETURNING e.subscriber_id, e.state
    )
    SELECT array_agg(m.subscriber_id) INTO v_completed FROM moved m WHERE m.state = 'completed';
    IF v_completed IS NOT NULL THEN
        PERFORM events_record_set(p_account, 'sequence_completed', v_completed, p_sequence);
    END IF;
    RETURN v_planned;
END $$;
