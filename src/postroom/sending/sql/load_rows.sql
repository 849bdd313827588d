-- Everything needed to write the messages of claimed chunks, and whether each may still be written.
-- The check is here, at the last read before the intent, so that somebody who left since the expansion gets nothing.
SELECT c.id AS chunk_id, d.recipient_id, d.nth, d.attempts, d.lost, coalesce(p.email, o.email) AS email,
    coalesce(p.first_name, o.name, '') AS first_name, p.fields,
    CASE
        WHEN coalesce(p.id, o.id) IS NULL THEN 'gone'
        WHEN x.reason IS NOT NULL THEN x.reason
        WHEN p.state IN ('bounced', 'complained') THEN p.state
        WHEN p.state <> 'active' AND c.mail_class > 0 THEN p.state
        ELSE ''
    END AS barred,
    c.created_at AS planned_at, coalesce(extract(epoch FROM now() - d.deferred_at), 0)::float AS waited_s
FROM chunk c
JOIN delivery d ON d.account_id = c.account_id AND d.send_id = c.send_id AND d.send_day = c.send_day
    AND d.recipient_id BETWEEN c.first_recipient_id AND c.last_recipient_id
    AND (c.nth IS NULL OR d.nth = c.nth)
LEFT JOIN subscriber p ON p.id = d.recipient_id AND p.account_id + 0 = d.account_id
LEFT JOIN other_recipient o ON o.id = d.recipient_id AND o.account_id + 0 = d.account_id
LEFT JOIN suppression x ON x.account_id = d.account_id
    AND x.address_hash = sha256(convert_to(coalesce(p.email_key, o.email_key), 'UTF8'))
WHERE c.id = ANY(%(chunks)s) AND c.account_id + 0 = ANY(%(accounts)s) AND c.owner = %(owner)s AND c.state = 'claimed'
    AND (d.state = 'planned' OR (d.state = 'deferred' AND d.next_at <= now()))
ORDER BY c.id, d.recipient_id, d.nth
