-- One sign-up, whole, in one round trip: person, membership, tags, fields, consent, facts and the mail that asks to
-- confirm. Everything belongs to the caller's transaction; each row is written by the function of its own room.
-- outcome: ok; no_form; stale = the frozen mail no longer fits the account's sender, freeze it and call again.
-- Somebody who left comes back by the form's setting; who bounced or complained keeps that state and gets no mail.
CREATE OR REPLACE FUNCTION forms_subscribe(
    p_account bigint, p_form bigint, p_email text, p_email_key text, p_first_name text,
    p_fields jsonb,          -- by key, old keys too; unknown ones are ignored
    p_tags bigint[],         -- beside the form's own; unknown ones are ignored
    p_referrer text, p_source text, p_actor text,
    p_by_person boolean,     -- a person at a form: leaves a consent record and may ask for the mail again
    p_ip inet, p_user_agent text, p_page text,
    p_mails_per_day integer, -- to one mailbox, over all accounts
    p_fallback_from text
) RETURNS TABLE (
    outcome text, subscription_id bigint, state text, created_at timestamptz, referrer text, source text,
    subscriber_id bigint, subscriber_state text, created boolean, mailed boolean
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    v_form form%ROWTYPE;
    v_joins_as text;
    v_fields jsonb := '{}';
    v_person record;
    v_state text;
    v_member record;
    v_was_active boolean;
    v_tag bigint;
    v_mailed boolean := false;
BEGIN
    SELECT * INTO v_form FROM form f WHERE f.account_id = p_account AND f.id = p_form;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'no_form', NULL::bigint, NULL, NULL::timestamptz, NULL, NULL, NULL::bigint, NULL, false, false;
        RETURN;
    END IF;
    IF v_form.incentive_enabled AND NOT EXISTS (
        SELECT FROM content_version v JOIN account a ON a.id = v.account_id
        WHERE v.account_id = p_account AND v.id = v_form.confirmation_version_id
            AND v.from_email = coalesce(nullif(a.from_email, ''), p_fallback_from)
            AND v.from_name = coalesce(nullif(a.from_name, ''), a.name) AND v.reply_to = a.reply_to
    ) THEN
        RETURN QUERY SELECT 'stale', NULL::bigint, NULL, NULL::timestamptz, NULL, NULL, NULL::bigint, NULL, false, false;
        RETURN;
    END IF;
    v_joins_as := CASE WHEN v_form.incentive_enabled AND NOT v_form.auto_confirm THEN 'inactive' ELSE 'active' END;
    IF p_fields <> '{}' THEN
        SELECT coalesce(jsonb_object_agg(c.id::text, e.value), '{}') INTO v_fields
        FROM jsonb_each_text(p_fields) e
        JOIN custom_field c ON c.account_id = p_account AND (c.key = e.key OR e.key = ANY (c.aliases));
    END IF;

    SELECT * INTO v_person FROM subscribers_upsert(p_account, p_email, p_email_key, p_first_name, v_fields,
        v_joins_as, v_form.name, 'form', p_form, p_actor);
    v_state := v_person.state;
    IF NOT v_person.created AND (v_state = 'cancelled' OR (v_state = 'inactive' AND v_joins_as = 'active')) THEN
        PERFORM subscribers_set_state(p_account, v_person.id, v_joins_as, 'form', p_form, p_actor);
        v_state := v_joins_as;
    END IF;

    v_was_active := EXISTS (SELECT FROM membership m WHERE m.account_id = p_account AND m.form_id = p_form
        AND m.subscriber_id = v_person.id AND m.state = 'active');
    SELECT * INTO v_member FROM subscribers_join(p_account, v_person.id, 'form', p_form,
        CASE v_state WHEN 'active' THEN 'active' ELSE 'inactive' END, p_source, p_referrer, 'form', p_form, p_actor);
    FOR v_tag IN SELECT t.id FROM tag t WHERE t.account_id = p_account AND t.id = ANY (v_form.tag_ids || p_tags)
        ORDER BY t.id
    LOOP
        PERFORM subscribers_join(p_account, v_person.id, 'tag', v_tag, 'active', p_source, p_referrer,
            'form', p_form, p_actor);
    END LOOP;
    IF p_by_person THEN
        PERFORM subscribers_record_consent(p_account, v_person.id, p_form,
            concat_ws(E'\n', nullif(v_form.heading, ''), nullif(v_form.description, ''),
                '[' || v_form.button_text || ']', nullif(v_form.note, '')),
            v_form.wording_at, p_ip, p_user_agent, p_page);
    END IF;

    -- A second post within a minute is a double click, not a second wish.
    IF v_form.incentive_enabled AND v_state IN ('active', 'inactive') AND (p_by_person OR NOT v_was_active)
        AND (v_person.created OR NOT EXISTS (
            SELECT FROM delivery d WHERE d.account_id = p_account AND d.send_id = v_form.confirmation_send_id
                AND d.recipient_id = v_person.id AND d.send_day >= (now() AT TIME ZONE 'UTC')::date - 1
                AND d.at > clock_timestamp() - interval '1 minute'))
        AND accounts_count_hit('confirmation:' || encode(sha256(convert_to(p_email_key, 'UTF8')), 'hex'),
            p_mails_per_day, 86400)
    THEN
        PERFORM sending_plan_one(p_account, v_form.confirmation_send_id, v_person.id,
            v_form.confirmation_version_id, 0);
        v_mailed := true;
    END IF;
    RETURN QUERY SELECT 'ok', m.id, m.state::text, m.created_at, m.referrer::text, m.source::text, v_person.id,
        v_state, v_person.created, v_mailed
        FROM membership m WHERE m.account_id = p_account AND m.id = v_member.id;
END $$;
