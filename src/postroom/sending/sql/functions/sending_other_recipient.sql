-- The (negative) id under which somebody who is no subscriber is mailed; made on first use.
CREATE OR REPLACE FUNCTION sending_other_recipient(p_account bigint, p_email text, p_email_key text, p_name text)
RETURNS bigint LANGUAGE sql AS $$
    INSERT INTO other_recipient (account_id, email, email_key, name)
    VALUES (p_account, p_email, p_email_key, left(p_name, 200))
    ON CONFLICT (account_id, email_key) DO UPDATE
        SET email = excluded.email, name = coalesce(nullif(excluded.name, ''), other_recipient.name)
    RETURNING id;
$$;
