-- One message to one recipient in a send that runs on: its ledger row, the chunk that a sender claims, a wake-up.
-- Returns `nth`, the number of this repeat. Leaves when the caller's transaction commits, never before.
-- NOTIFY makes commits take turns, so it is left out while another message of the class waits already: the sender
-- is awake then, and looks again every half second in any case.
CREATE OR REPLACE FUNCTION sending_plan_one(
    p_account bigint, p_send bigint, p_recipient bigint, p_version bigint, p_class integer
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_day date := (now() AT TIME ZONE 'UTC')::date;
    v_nth integer;
BEGIN
    SELECT coalesce(max(nth) + 1, 0) INTO v_nth FROM delivery
    WHERE account_id = p_account AND send_id = p_send AND recipient_id = p_recipient;
    LOOP
        INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day)
        VALUES (p_account, p_send, p_recipient, v_nth, v_day)
        ON CONFLICT DO NOTHING;
        EXIT WHEN FOUND;
        v_nth := v_nth + 1;
    END LOOP;
    IF NOT EXISTS (SELECT FROM chunk WHERE state = 'open' AND mail_class = p_class AND not_before <= now()) THEN
        PERFORM pg_notify('postroom_mail', p_class::text);
    END IF;
    INSERT INTO chunk (account_id, send_id, send_day, first_recipient_id, last_recipient_id, nth,
        content_version_id, mail_class, state, owner, epoch)
    VALUES (p_account, p_send, v_day, p_recipient, p_recipient, v_nth, p_version, p_class, 'open', '', 0);
    RETURN v_nth;
END $$;
