-- A page of the recipients who were delivered a send's message and gave no sign since, nor did a machine for them.
-- In order of the ledger's key, so that a page reads no further than its own end.
SELECT d.recipient_id AS subscriber_id, coalesce(p.email, '') AS email, coalesce(p.first_name, '') AS name, d.state,
    d.reason, d.code, NULL::text AS text, d.at
FROM (
    SELECT l.recipient_id, l.nth, l.state, l.reason, l.code, l.at FROM delivery l
    WHERE l.account_id = %(account)s AND l.send_id = %(send)s
        AND (%(day)s::date IS NULL OR l.send_day = %(day)s::date) AND l.state = 'accepted'
        AND (%(after)s::bigint IS NULL OR l.recipient_id > %(after)s::bigint)
        AND NOT EXISTS (
            SELECT FROM engagement e
            WHERE e.account_id = l.account_id AND e.send_id = l.send_id AND e.recipient_id = l.recipient_id
                AND e.nth = l.nth AND e.opens + e.clicks + e.machine_opens + e.machine_clicks > 0
        )
    ORDER BY l.recipient_id, l.nth
    LIMIT %(per_page)s OFFSET %(skip)s
) d
LEFT JOIN subscriber p ON p.account_id = %(account)s AND p.id = d.recipient_id
ORDER BY d.recipient_id, d.nth
