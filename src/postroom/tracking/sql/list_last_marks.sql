-- The marks of each person's last five messages, oldest first.
SELECT p.id, coalesce(m.marks, '{}') AS marks
FROM unnest(%(subscribers)s::bigint[]) AS p (id)
LEFT JOIN LATERAL (
    SELECT array_agg(last.mark ORDER BY last.send_day, last.at) AS marks
    FROM (
        SELECT d.send_day, d.at,
            CASE WHEN d.state = 'refused' THEN 'dropped' WHEN e.clicks > 0 THEN 'clicked'
                WHEN e.opens > 0 THEN 'opened' ELSE 'delivered' END AS mark
        FROM delivery d
        JOIN send s ON s.account_id = d.account_id AND s.id = d.send_id
        LEFT JOIN engagement e ON e.account_id = d.account_id AND e.send_id = d.send_id
            AND e.recipient_id = d.recipient_id AND e.nth = d.nth
        WHERE d.account_id = %(account)s AND d.recipient_id = p.id
            AND d.state IN ('accepted', 'refused', 'uncertain')
            AND (NOT s.rehearsed OR EXISTS (SELECT FROM account a WHERE a.id = %(account)s AND a.is_demo))
        ORDER BY d.send_day DESC, d.at DESC
        LIMIT 5
    ) last
) m ON true
