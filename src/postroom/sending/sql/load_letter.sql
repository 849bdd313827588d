-- One frozen letter with what its account adds to it.
SELECT v.id AS version_id, v.kind, v.subject, v.preview_text, v.body, v.from_name, v.from_email, v.reply_to,
    v.footer, v.tracked, a.name AS account_name, a.postal_address, a.time_zone,
    (SELECT jsonb_object_agg(f.id, jsonb_build_array(f.key, f.aliases)) FROM custom_field f
     WHERE f.account_id = a.id) AS field_names
FROM content_version v
JOIN account a ON a.id = v.account_id
WHERE v.account_id = %(account)s AND v.id = %(version)s
