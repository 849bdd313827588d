-- The next rows of one send's ledger after a recipient, whole: for the file that a creator keeps.
-- By the key and not by OFFSET, so that the last page of a million costs what the first does.
SELECT d.recipient_id, d.nth, coalesce(p.email, o.email, '') AS email, coalesce(p.first_name, o.name, '') AS name,
    d.state, d.reason, d.code, d.enhanced, a.text, d.attempts, d.at,
    least(e.first_open_at, e.first_click_at) AS opened_at, e.first_machine_at AS machine_at,
    e.first_click_at AS clicked_at, coalesce(e.clicks, 0) AS clicks, e.unsubscribed_at
FROM (
    SELECT * FROM delivery
    WHERE account_id = %(account)s AND send_id = %(send)s
        AND (%(day)s::date IS NULL OR send_day = %(day)s::date)
        AND (recipient_id, nth) > (%(recipient)s, %(nth)s)
    ORDER BY recipient_id, nth
    LIMIT %(most)s
) d
LEFT JOIN subscriber p ON p.account_id = %(account)s AND p.id = d.recipient_id
LEFT JOIN other_recipient o ON o.account_id = %(account)s AND o.id = d.recipient_id
LEFT JOIN engagement e ON e.account_id = %(account)s AND e.send_id = %(send)s
    AND e.recipient_id = d.recipient_id AND e.nth = d.nth
LEFT JOIN LATERAL (
    SELECT text FROM delivery_attempt t
    WHERE t.account_id = %(account)s AND t.send_id = %(send)s AND t.recipient_id = d.recipient_id AND t.nth = d.nth
    ORDER BY t.id DESC LIMIT 1
) a ON d.state <> 'accepted' OR d.attempts > 1
ORDER BY d.recipient_id, d.nth
