-- Keeps what a person agreed to: the words shown, when, and from where.
CREATE OR REPLACE FUNCTION subscribers_record_consent(
    p_account bigint, p_subscriber bigint, p_form bigint, p_wording text, p_wording_at timestamptz,
    p_ip inet, p_user_agent text, p_page text
) RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO change (account_id, subscriber_id, kind, subject_id, after, cause_kind, cause_id, actor)
    VALUES (p_account, p_subscriber, 'consent', p_form, '"given"', 'form', p_form, 'subscriber');
    INSERT INTO consent (account_id, subscriber_id, form_id, wording, wording_at, ip, user_agent, page)
    VALUES (p_account, p_subscriber, p_form, coalesce(p_wording, ''), p_wording_at, p_ip,
        left(coalesce(p_user_agent, ''), 500), left(coalesce(p_page, ''), 2000))
    RETURNING id;
$$;
