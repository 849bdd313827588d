-- Every message that reached one person or was refused, newest first, with what they did with it.
-- A rehearsal is no history, but in a demo account nothing else exists.
SELECT d.send_id, d.nth, CASE WHEN s.kind = 'broadcast' THEN s.subject_id END AS broadcast_id, s.kind,
    v.subject, d.state, d.reason, d.code, d.at, s.started_at, e.opens, e.machine_opens, e.first_open_at,
    e.last_open_at, e.clicks, e.last_click_at, e.unsubscribed_at,
    CASE WHEN d.state = 'refused' THEN 'dropped' WHEN e.clicks > 0 THEN 'clicked' WHEN e.opens > 0 THEN 'opened'
        ELSE 'delivered' END AS mark
FROM delivery d
JOIN send s ON s.account_id = d.account_id AND s.id = d.send_id
JOIN account a ON a.id = d.account_id
LEFT JOIN content_version v ON v.account_id = s.account_id AND v.id = s.content_version_id
LEFT JOIN engagement e ON e.account_id = d.account_id AND e.send_id = d.send_id
    AND e.recipient_id = d.recipient_id AND e.nth = d.nth
WHERE d.account_id = %(account)s AND d.recipient_id = %(subscriber)s
    AND d.state IN ('accepted', 'refused', 'uncertain') AND (NOT s.rehearsed OR a.is_demo)
ORDER BY d.send_day DESC, d.at DESC
LIMIT 1000
