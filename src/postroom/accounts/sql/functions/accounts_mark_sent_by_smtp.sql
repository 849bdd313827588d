-- Remembers when a message of these accounts first left by SMTP: from then on their mail never falls back to the
-- test inbox by accident.
CREATE OR REPLACE FUNCTION accounts_mark_sent_by_smtp(p_accounts bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE account SET sent_by_smtp_at = now() WHERE id = ANY(p_accounts) AND sent_by_smtp_at IS NULL;
$$;
