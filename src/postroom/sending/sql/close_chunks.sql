-- Gives chunks back: done when no row of theirs is open, else open again from the time the next row is due.
-- A row in `intent` keeps the chunk claimed: its outcome is still on the way.
UPDATE chunk c
SET state = CASE WHEN n.open = 0 THEN 'done' ELSE 'open' END, owner = '', lease_until = NULL,
    not_before = greatest(n.next_at, now() + make_interval(secs => %(wait_s)s))
FROM chunk k,
    LATERAL (
        SELECT count(*) FILTER (WHERE d.state IN ('planned', 'deferred')) AS open,
            count(*) FILTER (WHERE d.state = 'intent') AS flying,
            min(coalesce(d.next_at, now())) FILTER (WHERE d.state IN ('planned', 'deferred')) AS next_at
        FROM delivery d
        WHERE d.account_id = k.account_id AND d.send_id = k.send_id AND d.send_day = k.send_day
            AND d.recipient_id BETWEEN k.first_recipient_id AND k.last_recipient_id
            AND (k.nth IS NULL OR d.nth = k.nth)
    ) n
WHERE k.id = ANY(%(chunks)s) AND k.account_id + 0 = ANY(%(accounts)s) AND k.owner = %(owner)s AND k.state = 'claimed'
    AND n.flying = 0 AND c.id = k.id AND c.account_id + 0 = k.account_id AND c.epoch = k.epoch AND c.owner = k.owner
RETURNING c.id, c.state
