-- Writes attributes of one person, with one change row for each that differs. NULL: not given; an empty first name or
-- an empty (or null) field value clears. True when something changed. A taken address raises unique_violation.
CREATE OR REPLACE FUNCTION subscribers_edit(
    p_account bigint, p_subscriber bigint, p_email text, p_email_key text, p_first_name text,
    p_fields jsonb, -- by field id
    p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_old subscriber%ROWTYPE;
    v_first_name text;
    v_set jsonb;
    v_clear text[];
    v_changed boolean;
BEGIN
    SELECT * INTO v_old FROM subscriber s WHERE s.account_id = p_account AND s.id = p_subscriber FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    v_first_name := CASE WHEN p_first_name IS NULL THEN v_old.first_name ELSE nullif(p_first_name, '') END;
    SELECT coalesce(jsonb_object_agg(e.key, e.value) FILTER (WHERE e.value NOT IN ('null', '""')), '{}'),
        coalesce(array_agg(e.key) FILTER (WHERE e.value IN ('null', '""')), '{}')
    INTO v_set, v_clear FROM jsonb_each(coalesce(p_fields, '{}')) e;

    INSERT INTO change (account_id, subscriber_id, kind, subject_id, before, after, cause_kind, cause_id, actor)
    SELECT p_account, p_subscriber, d.kind, d.subject_id, d.before, d.after, p_cause_kind, p_cause_id,
        coalesce(p_actor, '')
    FROM (
        SELECT 'email' AS kind, NULL::bigint AS subject_id, to_jsonb(v_old.email) AS before, to_jsonb(p_email) AS after
        WHERE p_email IS NOT NULL
        UNION ALL
        SELECT 'first_name', NULL, to_jsonb(v_old.first_name), to_jsonb(v_first_name)
        UNION ALL
        SELECT 'field', e.key::bigint, v_old.fields -> e.key, e.value FROM jsonb_each(v_set) e
        UNION ALL
        SELECT 'field', c.key::bigint, v_old.fields -> c.key, NULL FROM unnest(v_clear) AS c (key)
    ) d
    WHERE d.before IS DISTINCT FROM d.after;
    v_changed := FOUND;
    IF v_changed THEN
        UPDATE subscriber s SET email = coalesce(p_email, s.email), email_key = coalesce(p_email_key, s.email_key),
            first_name = v_first_name, fields = (s.fields - v_clear) || v_set, updated_at = now()
        WHERE s.account_id = p_account AND s.id = p_subscriber;
    END IF;
    RETURN v_changed;
END $$;
