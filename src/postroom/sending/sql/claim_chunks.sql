-- Takes chunks of one class for this sender: oldest first, passing over what another sender holds.
-- A broadcast waits for the end of its expansion. One that was rehearsed, and every demo account, has the test inbox;
-- what once left by SMTP never falls back to the inbox by itself. The epoch fences whoever held the chunk before.
WITH ready AS (
    SELECT c.account_id, c.id, s.kind, s.subject_id, s.rehearsed, a.is_demo
    FROM chunk c
    JOIN send s ON s.id = c.send_id AND s.account_id + 0 = c.account_id
    JOIN account a ON a.id = c.account_id
    WHERE c.state = 'open' AND c.mail_class = %(mail_class)s AND c.not_before <= now()
        AND s.flow = 'running' AND (s.send_day IS NULL OR s.expanded_at IS NOT NULL)
        AND (s.rehearsed OR a.is_demo OR %(relay)s OR (s.send_day IS NULL AND a.sent_by_smtp_at IS NULL))
        AND (%(relay_open)s OR s.rehearsed OR a.is_demo OR NOT %(relay)s)
    ORDER BY c.not_before, c.id
    LIMIT %(at_most)s
    FOR UPDATE OF c SKIP LOCKED
)
UPDATE chunk c
SET state = 'claimed', owner = %(owner)s, epoch = c.epoch + 1,
    lease_until = now() + make_interval(secs => %(lease_s)s)
FROM ready
WHERE c.id = ready.id AND c.account_id + 0 = ready.account_id
RETURNING c.account_id, c.id, c.epoch, c.send_id, c.send_day, c.content_version_id, c.mail_class, ready.kind,
    ready.subject_id,
    (ready.rehearsed OR ready.is_demo OR NOT %(relay)s) AS to_inbox
