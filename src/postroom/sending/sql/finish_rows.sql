-- Writes what became of messages. Fenced by the chunk's epoch: when another sender has claimed it since, no row
-- moves and none is returned, and the caller must not count or keep what it thought it had done.
-- `undo` is 1 for a message that was never begun: that try does not count.
UPDATE delivery d
SET state = r.state, reason = r.reason, code = r.code, enhanced = r.enhanced, at = now(),
    attempts = d.attempts - CASE WHEN d.state = 'intent' THEN r.undo ELSE 0 END,
    next_at = CASE WHEN r.state = 'deferred' THEN now() + make_interval(secs => r.delay_s) END
FROM unnest(%(accounts)s::bigint[], %(chunks)s::bigint[], %(epochs)s::int[], %(recipients)s::bigint[],
        %(nths)s::int[], %(states)s::text[], %(reasons)s::text[], %(codes)s::smallint[], %(enhanced)s::text[],
        %(delays)s::float[], %(undo)s::smallint[])
    AS r (account_id, chunk_id, epoch, recipient_id, nth, state, reason, code, enhanced, delay_s, undo)
JOIN chunk c ON c.account_id = r.account_id AND c.id = r.chunk_id AND c.epoch = r.epoch
WHERE d.account_id = c.account_id AND d.send_id = c.send_id AND d.recipient_id = r.recipient_id
    AND d.nth = r.nth AND d.send_day = c.send_day AND d.state IN ('intent', 'planned', 'deferred')
RETURNING c.id, d.recipient_id, d.nth, d.attempts
