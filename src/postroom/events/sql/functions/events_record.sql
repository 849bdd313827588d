-- Writes one fact and puts it on the list of those whose reactions have yet to run; both in the caller's transaction.
-- plpgsql, as it keeps its plans in every version; a function in plain SQL plans anew at each call before 18.
CREATE OR REPLACE FUNCTION events_record(
    p_account bigint, p_kind text, p_subscriber bigint, p_subject bigint, p_payload jsonb DEFAULT '{}'
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint;
    v_day date;
BEGIN
    INSERT INTO fact (account_id, kind, subscriber_id, subject_id, payload)
    VALUES (p_account, p_kind, p_subscriber, p_subject, coalesce(p_payload, '{}'))
    RETURNING id, day INTO v_id, v_day;
    INSERT INTO fact_pending (fact_id, account_id, day) VALUES (v_id, p_account, v_day);
    RETURN v_id;
END $$;
