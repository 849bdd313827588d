-- Puts the person with an address into a sequence, whole, in one round trip: person, fields, tags, place, enrolment
-- and facts, each written by the function of its own room. outcome: ok; no_sequence.
-- Somebody who left comes back, as no mail could ask them to confirm here; who bounced or complained keeps that
-- state and starts nothing; who has not confirmed yet begins when they do.
CREATE OR REPLACE FUNCTION sequences_subscribe(
    p_account bigint, p_sequence bigint, p_email text, p_email_key text, p_first_name text,
    p_fields jsonb,   -- by key, old keys too; unknown ones are ignored
    p_tags bigint[],  -- unknown ones are ignored
    p_origin text,    -- where a new person came from, in words
    p_source text, p_cause_kind text, p_cause_id bigint, p_actor text
) RETURNS TABLE (
    outcome text, subscription_id bigint, state text, created_at timestamptz, referrer text, source text,
    subscriber_id bigint, subscriber_state text, created boolean
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_fields jsonb := '{}';
    v_person record;
    v_state text;
    v_member bigint;
    v_tag bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM sequence q WHERE q.account_id = p_account AND q.id = p_sequence) THEN
        RETURN QUERY SELECT 'no_sequence', NULL::bigint, NULL, NULL::timestamptz, NULL, NULL, NULL::bigint, NULL, false;
        RETURN;
    END IF;
    IF p_fields <> '{}' THEN
        SELECT coalesce(jsonb_object_agg(c.id::text, e.value), '{}') INTO v_fields
        FROM jsonb_each_text(p_fields) e
        JOIN custom_field c ON c.account_id = p_account AND (c.key = e.key OR e.key = ANY (c.aliases));
    END IF;
    SELECT * INTO v_person FROM subscribers_upsert(p_account, p_email, p_email_key, p_first_name, v_fields, 'active',
        p_origin, p_cause_kind, p_cause_id, p_actor);
    v_state := v_person.state;
    IF v_state = 'cancelled' THEN
        PERFORM subscribers_set_state(p_account, v_person.id, 'active', p_cause_kind, p_cause_id, p_actor);
        v_state := 'active';
    END IF;
    FOR v_tag IN SELECT t.id FROM tag t WHERE t.account_id = p_account AND t.id = ANY (p_tags) ORDER BY t.id LOOP
        PERFORM subscribers_join(p_account, v_person.id, 'tag', v_tag, 'active', p_source, NULL, p_cause_kind,
            p_cause_id, p_actor);
    END LOOP;
    v_member := sequences_enrol(p_account, p_sequence, v_person.id, p_source, p_cause_kind, p_cause_id, p_actor);
    RETURN QUERY SELECT 'ok', m.id, CASE v_state WHEN 'inactive' THEN 'inactive' ELSE m.state::text END,
        m.created_at, m.referrer::text, m.source::text, v_person.id, v_state, v_person.created
        FROM membership m WHERE m.account_id = p_account AND m.id = v_member;
END $$;
