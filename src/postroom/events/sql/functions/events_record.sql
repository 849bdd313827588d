-- Writes one fact and puts it on the list of those whose reactions have yet to run; both in the caller's transaction.
CREATE OR REPLACE FUNCTION events_record(
    p_account bigint, p_kind text, p_subscriber bigint, p_subject bigint, p_payload jsonb DEFAULT '{}'
) RETURNS bigint LANGUAGE sql AS $$
    WITH written AS (
        INSERT INTO fact (account_id, kind, subscriber_id, subject_id, payload)
        VALUES (p_account, p_kind, p_subscriber, p_subject, coalesce(p_payload, '{}'))
        RETURNING id, account_id, day
    )
    INSERT INTO fact_pending (fact_id, account_id, day) SELECT id, account_id, day FROM written
    RETURNING fact_id;
$$;
