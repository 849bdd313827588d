-- The click that confirms: the person becomes active, the place under the form with them, and the consent is dated.
-- True when the person or the place moved. Who has left, bounced or complained since stays so.
CREATE OR REPLACE FUNCTION subscribers_confirm(
    p_account bigint, p_subscriber bigint, p_form bigint, p_ip inet,
    p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_state text;
    v_moved boolean := false;
BEGIN
    SELECT s.state INTO v_state FROM subscriber s
    WHERE s.account_id = p_account AND s.id = p_subscriber FOR NO KEY UPDATE;
    IF v_state IS NULL OR v_state NOT IN ('active', 'inactive') THEN
        RETURN false;
    END IF;
    IF v_state = 'inactive' THEN
        v_moved := subscribers_set_state(p_account, p_subscriber, 'active', p_cause_kind, p_cause_id, p_actor);
    END IF;
    IF p_form IS NOT NULL AND EXISTS (
        SELECT FROM membership m WHERE m.account_id = p_account AND m.form_id = p_form
            AND m.subscriber_id = p_subscriber AND m.state = 'inactive'
    ) THEN
        PERFORM subscribers_join(p_account, p_subscriber, 'form', p_form, 'active', NULL, NULL,
            p_cause_kind, p_cause_id, p_actor);
        v_moved := true;
    END IF;
    IF v_moved THEN
        UPDATE consent c SET confirmed_at = now(), confirmed_ip = p_ip
        WHERE c.account_id = p_account AND c.id = (
            SELECT max(n.id) FROM consent n WHERE n.account_id = p_account AND n.subscriber_id = p_subscriber
                AND n.form_id IS NOT DISTINCT FROM p_form AND n.confirmed_at IS NULL);
        IF FOUND THEN
            INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, after, cause_kind, cause_id, actor)
            VALUES (p_account, p_subscriber, 'consent', p_form, '"given"', '"confirmed"', p_cause_kind, p_cause_id,
                coalesce(p_actor, ''));
        END IF;
    END IF;
    RETURN v_moved;
END $$;
