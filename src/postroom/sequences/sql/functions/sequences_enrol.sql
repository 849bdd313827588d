-- Puts one person into a sequence and answers the id of their place; the sequence and the person exist.
-- Who is on the way goes on. Who completed or left it starts over where the sequence repeats; else the one who left
-- goes on where they stood, and the one who completed it has had it. `subscribers_join` holds the person's row, so
-- two calls at once take turns.
CREATE OR REPLACE FUNCTION sequences_enrol(
    p_account bigint, p_sequence bigint, p_subscriber bigint, p_source text,
    p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_member record;
    v_repeat boolean;
    v_before text;
    v_anew boolean := false;
BEGIN
    SELECT * INTO v_member FROM subscribers_join(p_account, p_subscriber, 'sequence', p_sequence, 'active',
        p_source, NULL, p_cause_kind, p_cause_id, p_actor);
    PERFORM 1 FROM subscriber s WHERE s.account_id = p_account AND s.id = p_subscriber
        AND s.state IN ('active', 'inactive');
    IF NOT FOUND THEN
        RETURN v_member.id;
    END IF;
    SELECT q.repeat INTO v_repeat FROM sequence q WHERE q.account_id = p_account AND q.id = p_sequence
    FOR SHARE; -- emails that are added in this moment are seen here, or the person by whoever adds them
    SELECT e.state INTO v_before FROM enrolment e
    WHERE e.account_id = p_account AND e.sequence_id = p_sequence AND e.subscriber_id = p_subscriber FOR UPDATE;
    IF v_before IS NULL THEN
        INSERT INTO enrolment (account_id, sequence_id, subscriber_id, state, round)
        VALUES (p_account, p_sequence, p_subscriber, 'active', 0);
    ELSIF v_before = 'active' OR (v_before = 'completed' AND NOT v_repeat) THEN
        RETURN v_member.id;
    ELSE
        v_anew := v_repeat;
        UPDATE enrolment e SET state = 'active', placed_at = now(), completed_at = NULL,
            round = e.round + v_anew::integer,
            last_email_id = CASE WHEN NOT v_anew THEN e.last_email_id END,
            next_email_id = CASE WHEN NOT v_anew THEN e.next_email_id END,
            started_at = CASE WHEN v_anew THEN now() ELSE e.started_at END
        WHERE e.account_id = p_account AND e.sequence_id = p_sequence AND e.subscriber_id = p_subscriber;
    END IF;
    PERFORM sequences_set_times(p_account, p_sequence, ARRAY[p_subscriber]);
    IF v_anew AND NOT v_member.is_new THEN
        PERFORM events_record(p_account, 'sequence_subscribed', p_subscriber, p_sequence,
            jsonb_build_object('cause', p_cause_kind));
    END IF;
    RETURN v_member.id;
END $$;
