-- The send that run-on mail of one kind and subject belongs to; made on first use.
-- Its id. Two callers at once get the same one: the loser of the insert reads the winner's row.
CREATE OR REPLACE FUNCTION sending_standing_send(p_account bigint, p_kind text, p_subject bigint, p_class integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint;
BEGIN
    LOOP
        SELECT id INTO v_id FROM send
        WHERE account_id = p_account AND kind = p_kind AND subject_id IS NOT DISTINCT FROM p_subject
            AND send_day IS NULL;
        EXIT WHEN FOUND;
        INSERT INTO send (account_id, kind, subject_id, mail_class, flow, pause_reason, rehearsed, planned,
            best_rate_per_s)
        VALUES (p_account, p_kind, p_subject, p_class, 'running', '', false, 0, 0)
        ON CONFLICT DO NOTHING
        RETURNING id INTO v_id;
        EXIT WHEN v_id IS NOT NULL;
    END LOOP;
    RETURN v_id;
END $$;
