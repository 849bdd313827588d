-- Takes back how one person left last, whatever the cause was: the state of before, and exactly the places under
-- forms and sequences that ended with it (written in one transaction, so their changes share time and cause).
-- A place that had ended earlier stays ended. Somebody without a change on record becomes active; false when the
-- person has not left.
CREATE OR REPLACE FUNCTION subscribers_take_back_leaving(
    p_account bigint, p_subscriber bigint, p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_left change%ROWTYPE;
    c change%ROWTYPE;
BEGIN
    PERFORM 1 FROM subscriber s
    WHERE s.account_id = p_account AND s.id = p_subscriber AND s.state = 'cancelled' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    SELECT o.* INTO v_left FROM change o
    WHERE o.account_id = p_account AND o.subscriber_id = p_subscriber AND o.kind = 'state'
    ORDER BY o.id DESC LIMIT 1;
    PERFORM subscribers_set_state(p_account, p_subscriber,
        CASE v_left.before #>> '{}' WHEN 'inactive' THEN 'inactive' ELSE 'active' END,
        p_cause_kind, p_cause_id, p_actor);
    FOR c IN
        SELECT o.* FROM change o
        WHERE o.account_id = p_account AND o.subscriber_id = p_subscriber AND o.kind IN ('form', 'sequence')
            AND o.id > v_left.id AND o.at = v_left.at AND o.after = '"cancelled"'
            AND (o.cause_kind, o.cause_id) IS NOT DISTINCT FROM (v_left.cause_kind, v_left.cause_id)
        ORDER BY o.id
    LOOP
        PERFORM subscribers_rejoin(p_account, p_subscriber, c.kind, c.subject_id, c.before #>> '{}',
            p_cause_kind, p_cause_id, p_actor);
    END LOOP;
    RETURN true;
END $$;
