-- Writes what became of messages. Fenced by the chunk's epoch: when another sender has claimed it since, no row
-- moves and none is returned, and the caller must not count or keep what it thought it had done.
-- `undo` is 1 for a message that was never begun: that try does not count. Joined as in intend_rows, for its reasons.
WITH due AS MATERIALIZED (
    SELECT c.id AS chunk_id, c.account_id, c.send_id, c.send_day, r.recipient_id, r.nth, r.state, r.reason, r.code,
        r.enhanced, r.delay_s, r.undo, r.lost
    FROM unnest(%(accounts)s::bigint[], %(chunks)s::bigint[], %(epochs)s::int[], %(recipients)s::bigint[],
            %(nths)s::int[], %(states)s::text[], %(reasons)s::text[], %(codes)s::smallint[], %(enhanced)s::text[],
            %(delays)s::float[], %(undo)s::smallint[], %(lost)s::smallint[])
        AS r (account_id, chunk_id, epoch, recipient_id, nth, state, reason, code, enhanced, delay_s, undo, lost)
    JOIN chunk c ON c.id = r.chunk_id AND c.account_id + 0 = r.account_id AND c.epoch = r.epoch
)
UPDATE delivery d
SET state = due.state, reason = due.reason, code = due.code, enhanced = due.enhanced, at = now(),
    attempts = d.attempts - CASE WHEN d.state = 'intent' THEN due.undo ELSE 0 END,
    next_at = CASE WHEN due.state = 'deferred' THEN now() + make_interval(secs => due.delay_s) END,
    lost = d.lost + due.lost,
    deferred_at = CASE WHEN due.state = 'deferred' THEN coalesce(d.deferred_at, now()) ELSE d.deferred_at END
FROM due
WHERE d.account_id = due.account_id AND d.send_id = due.send_id AND d.recipient_id = due.recipient_id
    AND d.nth = due.nth AND d.send_day = due.send_day AND d.state IN ('intent', 'planned', 'deferred')
RETURNING due.chunk_id AS id, d.recipient_id, d.nth, d.attempts
