-- By which message somebody left; the report of that letter counts it.
INSERT INTO engagement AS e (account_id, send_id, recipient_id, nth, opens, machine_opens, clicks, machine_clicks,
    unsubscribed_at)
SELECT s.account_id, s.id, %(recipient)s, %(nth)s, 0, 0, 0, 0, %(at)s
FROM send s WHERE s.account_id = %(account)s AND s.id = %(send)s
ON CONFLICT (account_id, send_id, recipient_id, nth) DO UPDATE
    SET unsubscribed_at = coalesce(e.unsubscribed_at, excluded.unsubscribed_at)
