-- Ends a few open chunks of cancelled sends: their open rows become `cancelled`.
WITH taken AS (
    SELECT c.account_id, c.id, c.send_id, c.send_day, c.first_recipient_id, c.last_recipient_id, c.nth
    FROM send s
    JOIN chunk c ON c.account_id = s.account_id AND c.send_id = s.id AND c.state = 'open'
    WHERE s.flow = 'cancelled' AND s.finished_at IS NULL
    LIMIT %(at_most)s
    FOR UPDATE OF c SKIP LOCKED
), moved AS (
    UPDATE delivery d SET state = 'cancelled', next_at = NULL, at = now()
    FROM taken t
    WHERE d.account_id = t.account_id AND d.send_id = t.send_id AND d.send_day = t.send_day
        AND d.recipient_id BETWEEN t.first_recipient_id AND t.last_recipient_id AND (t.nth IS NULL OR d.nth = t.nth)
        AND d.state IN ('planned', 'deferred')
)
UPDATE chunk c SET state = 'done', owner = '', lease_until = NULL, epoch = c.epoch + 1
FROM taken t WHERE c.account_id = t.account_id AND c.id = t.id
