-- One fact of the same kind for each of many people, as `events_record` writes one.
CREATE OR REPLACE FUNCTION events_record_set(
    p_account bigint, p_kind text, p_subscribers bigint[], p_subject bigint, p_payload jsonb DEFAULT '{}'
) RETURNS bigint LANGUAGE sql AS $$
    WITH written AS (
        INSERT INTO fact (account_id, kind, subscriber_id, subject_id, payload)
        SELECT p_account, p_kind, s, p_subject, coalesce(p_payload, '{}') FROM unnest(p_subscribers) AS s
        RETURNING id, account_id, day
    ), listed AS (
        INSERT INTO fact_pending (fact_id, account_id, day) SELECT id, account_id, day FROM written
        RETURNING 1
    )
    SELECT count(*) FROM listed;
$$;
