-- Takes chunks of one class for this sender: oldest first, passing over what another sender holds.
-- A broadcast waits for the end of its expansion. One that was rehearsed, and every demo account, has the test inbox;
-- what once left by SMTP never falls back to the inbox by itself. The epoch fences whoever held the chunk before.
-- A send with a rate lets a chunk go only when the time of the one before is over: what became overdue while nothing
-- ran leaves at the rate too. Its row is written, so that two senders cannot take a turn each.
-- Whether a relay is set is asked here, so that mail never slips into the inbox before this sender has looked; one that
-- it does not know yet, or cannot read, is set and not open: the mail waits.
-- `is_last`: no later one of its send is open, so the inbox keeps its letters.
WITH relay AS (
    SELECT %(relay)s OR EXISTS (SELECT FROM installation WHERE smtp_url_sealed IS NOT NULL) AS is_set,
        %(relay)s AND %(relay_open)s AS is_open
), ready AS (
    SELECT c.account_id, c.id, c.send_id, c.send_day, c.first_recipient_id, c.last_recipient_id, s.kind,
        s.subject_id, s.rehearsed, s.ambiguous, s.rate_per_s, s.rehearsed OR a.is_demo OR NOT relay.is_set AS to_inbox
    FROM relay, chunk c
    JOIN send s ON s.id = c.send_id AND s.account_id + 0 = c.account_id
    JOIN account a ON a.id = c.account_id
    WHERE c.state = 'open' AND c.mail_class = %(mail_class)s AND c.not_before <= now()
        AND s.flow = 'running' AND (s.send_day IS NULL OR s.expanded_at IS NOT NULL)
        AND (s.rate_per_s IS NULL OR s.next_claim_at IS NULL OR s.next_claim_at <= now())
        AND (s.rehearsed OR a.is_demo OR relay.is_set OR (s.send_day IS NULL AND a.sent_by_smtp_at IS NULL))
        AND (s.rehearsed OR a.is_demo OR NOT relay.is_set OR relay.is_open)
    ORDER BY c.not_before, c.id
    LIMIT %(at_most)s
    FOR UPDATE OF c SKIP LOCKED
), paced AS (
    UPDATE send s SET next_claim_at = now() + make_interval(secs => n.rows / s.rate_per_s)
    FROM (
        SELECT r.account_id, r.send_id, count(d.recipient_id) AS rows
        FROM ready r
        LEFT JOIN delivery d ON d.account_id = r.account_id AND d.send_id = r.send_id AND d.send_day = r.send_day
            AND d.recipient_id BETWEEN r.first_recipient_id AND r.last_recipient_id
            AND (d.state = 'planned' OR (d.state = 'deferred' AND d.next_at <= now()))
        WHERE r.rate_per_s IS NOT NULL
        GROUP BY r.account_id, r.send_id
    ) n
    WHERE s.id = n.send_id AND s.account_id + 0 = n.account_id
        AND (s.next_claim_at IS NULL OR s.next_claim_at <= now())
    RETURNING s.id
)
UPDATE chunk c
SET state = 'claimed', owner = %(owner)s, epoch = c.epoch + 1,
    lease_until = now() + make_interval(secs => %(lease_s)s)
FROM ready
WHERE c.id = ready.id AND c.account_id + 0 = ready.account_id
    AND (ready.rate_per_s IS NULL OR ready.send_id IN (SELECT id FROM paced))
RETURNING c.account_id, c.id, c.epoch, c.send_id, c.send_day, c.content_version_id, c.mail_class, ready.kind,
    ready.subject_id, ready.ambiguous, ready.to_inbox,
    ready.to_inbox AND NOT EXISTS (
        SELECT FROM chunk n WHERE n.account_id = ready.account_id AND n.send_id = ready.send_id AND n.state = 'open'
            AND n.id > ready.id
    ) AS is_last
