-- The same message of a send that runs on, to many people at once: as `sending_plan_one`, but the caller names the
-- repeat (`nth`), and whoever has a row for it, of whichever day, gets no second one. Answers how many are new.
-- The caller keeps two calls for the same people apart, as a repeat of another day has another primary key.
-- A chunk for each: chunks of several rows could overlap those of another call.
CREATE OR REPLACE FUNCTION sending_plan_set(
    p_account bigint, p_send bigint, p_recipients bigint[], p_nths integer[], p_version bigint, p_class integer
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    v_day date := (now() AT TIME ZONE 'UTC')::date;
    v_new integer;
BEGIN
    IF NOT EXISTS (SELECT FROM chunk WHERE state = 'open' AND mail_class = p_class AND not_before <= now()) THEN
        PERFORM pg_notify('postroom_mail', p_class::text);
    END IF;
    WITH written AS (
        INSERT INTO delivery (account_id, send_id, recipient_id, nth, send_day)
        SELECT p_account, p_send, r.recipient, r.nth, v_day FROM unnest(p_recipients, p_nths) AS r (recipient, nth)
        WHERE NOT EXISTS (SELECT FROM delivery d WHERE d.account_id = p_account AND d.send_id = p_send
            AND d.recipient_id = r.recipient AND d.nth = r.nth)
        ON CONFLICT DO NOTHING
        RETURNING recipient_id, nth
    ), cut AS (
        INSERT INTO chunk (account_id, send_id, send_day, first_recipient_id, last_recipient_id, nth,
            content_version_id, mail_class, state, owner, epoch)
        SELECT p_account, p_send, v_day, recipient_id, recipient_id, nth, p_version, p_class, 'open', '', 0
        FROM written ORDER BY recipient_id
    )
    SELECT count(*) INTO v_new FROM written;
    RETURN v_new;
END $$;
