-- Sends that may have come to their end: no chunk of theirs is open or claimed.
SELECT s.account_id, s.id
FROM send s
WHERE s.send_day IS NOT NULL AND s.finished_at IS NULL AND s.expanded_at IS NOT NULL
    AND s.flow IN ('running', 'cancelled')
    AND NOT EXISTS (
        SELECT FROM chunk c WHERE c.account_id = s.account_id AND c.send_id = s.id AND c.state <> 'done'
    )
ORDER BY s.id
LIMIT 100
