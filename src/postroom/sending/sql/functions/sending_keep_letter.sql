-- Names the letter that a send which runs on mails from now on, so that histories and reports know its words.
CREATE OR REPLACE FUNCTION sending_keep_letter(p_account bigint, p_send bigint, p_version bigint)
RETURNS void LANGUAGE sql AS $$
    UPDATE send SET content_version_id = p_version
    WHERE account_id = p_account AND id = p_send AND content_version_id IS DISTINCT FROM p_version;
$$;
