-- Gives people on the way the email they wait for and its time, after anything that either depends on has changed:
-- emails, their order and delays, the sequence's switches, the person's state. Without names: everybody in it.
-- Who waits for an email goes on waiting for it, wherever it has moved; when it is not published, for the next one
-- that is. Nothing is due while the sequence is off or the person has not confirmed. At the end who may leave is due
-- at once, and `sequences_advance` completes them; a sequence without emails keeps people at its beginning.
CREATE OR REPLACE FUNCTION sequences_set_times(p_account bigint, p_sequence bigint, p_subscribers bigint[] DEFAULT NULL)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_sequence sequence%ROWTYPE;
    v_moved integer;
BEGIN
    SELECT * INTO v_sequence FROM sequence q WHERE q.account_id = p_account AND q.id = p_sequence FOR SHARE;
    UPDATE enrolment e SET next_email_id = f.next_id, due_at = f.due_at
    FROM (
        SELECT x.id, n.id AS next_id,
            CASE WHEN NOT v_sequence.active OR s.state <> 'active' THEN NULL
                WHEN n.id IS NOT NULL THEN x.placed_at + CASE n.delay_unit
                    WHEN 'hours' THEN make_interval(hours => n.delay_value)
                    ELSE make_interval(hours => 24 * n.delay_value) END
                WHEN v_sequence.hold OR x.last_email_id IS NULL THEN NULL
                ELSE now() END AS due_at
        FROM enrolment x
        JOIN subscriber s ON s.account_id = x.account_id AND s.id = x.subscriber_id
        LEFT JOIN sequence_email w ON w.account_id = x.account_id AND w.id = x.next_email_id
        LEFT JOIN sequence_email l ON l.account_id = x.account_id AND l.id = x.last_email_id
        LEFT JOIN LATERAL (
            SELECT m.id, m.delay_value, m.delay_unit FROM sequence_email m
            WHERE m.account_id = p_account AND m.sequence_id = p_sequence AND m.published
                AND m.position >= coalesce(w.position, l.position + 1, 0)
            ORDER BY m.position LIMIT 1
        ) n ON true
        WHERE x.account_id = p_account AND x.sequence_id = p_sequence AND x.state = 'active'
            AND (p_subscribers IS NULL OR x.subscriber_id = ANY (p_subscribers))
    ) f
    WHERE e.account_id = p_account AND e.id = f.id
        AND (e.next_email_id, e.due_at) IS DISTINCT FROM (f.next_id, f.due_at);
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    RETURN v_moved;
END $$;
