-- A page of the recipients of a send by what they did with it.
SELECT d.recipient_id AS subscriber_id, coalesce(p.email, '') AS email, coalesce(p.first_name, '') AS name,
    d.state, d.reason, d.code, NULL::text AS text,
    coalesce(CASE %(sign)s WHEN 'opened' THEN least(e.first_open_at, e.first_click_at)
        WHEN 'clicked' THEN e.first_click_at WHEN 'unsubscribed' THEN e.unsubscribed_at
        WHEN 'machine_only' THEN e.first_machine_at END, d.at) AS at,
    count(*) OVER () AS total
FROM delivery d
LEFT JOIN engagement e ON e.account_id = d.account_id AND e.send_id = d.send_id
    AND e.recipient_id = d.recipient_id AND e.nth = d.nth
LEFT JOIN subscriber p ON p.account_id = d.account_id AND p.id = d.recipient_id
WHERE d.account_id = %(account)s AND d.send_id = %(send)s AND (%(day)s::date IS NULL OR d.send_day = %(day)s::date)
    AND CASE %(sign)s
        WHEN 'opened' THEN e.opens > 0 OR e.clicks > 0
        WHEN 'clicked' THEN e.clicks > 0
        WHEN 'unsubscribed' THEN e.unsubscribed_at IS NOT NULL
        WHEN 'machine_only' THEN e.opens = 0 AND e.clicks = 0 AND e.machine_opens + e.machine_clicks > 0
        ELSE d.state = 'accepted' AND coalesce(e.opens + e.clicks + e.machine_opens + e.machine_clicks, 0) = 0
    END
ORDER BY at DESC, d.recipient_id
LIMIT %(per_page)s OFFSET %(skip)s
