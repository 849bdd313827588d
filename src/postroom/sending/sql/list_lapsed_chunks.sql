-- Chunks whose sender has not been heard of: those with nothing in the air as soon as the lease has lapsed, those
-- with rows in `intent` (their journal is out of reach) only a second lease length later, when their sender, should
-- it be asleep, will refuse to go on by its own clock.
SELECT c.account_id, c.id, c.epoch, c.send_id, c.send_day, s.ambiguous, f.flying
FROM chunk c
JOIN send s ON s.id = c.send_id AND s.account_id = c.account_id
CROSS JOIN LATERAL (
        SELECT array_agg(ARRAY[d.recipient_id, d.nth, d.attempts, d.lost]) AS flying FROM delivery d
        WHERE d.account_id = c.account_id AND d.send_id = c.send_id AND d.send_day = c.send_day
            AND d.recipient_id BETWEEN c.first_recipient_id AND c.last_recipient_id
            AND (c.nth IS NULL OR d.nth = c.nth) AND d.state = 'intent'
    ) f
WHERE c.state = 'claimed' AND c.lease_until < now()
    AND (f.flying IS NULL OR c.lease_until < now() - make_interval(secs => %(lease_s)s))
ORDER BY c.lease_until
LIMIT 100
FOR UPDATE OF c SKIP LOCKED
