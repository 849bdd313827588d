-- Declares that messages are about to leave. Only rows returned here may be sent.
-- Joined to the send's flow (a pause bites at the next batch) and to owner, epoch and lease (a sender that was
-- overtaken gets nothing back).
UPDATE delivery d
SET state = 'intent', attempts = d.attempts + 1, at = now()
FROM unnest(%(accounts)s::bigint[], %(chunks)s::bigint[], %(epochs)s::int[], %(recipients)s::bigint[],
        %(nths)s::int[]) AS r (account_id, chunk_id, epoch, recipient_id, nth)
JOIN chunk c ON c.account_id = r.account_id AND c.id = r.chunk_id AND c.epoch = r.epoch
    AND c.owner = %(owner)s AND c.state = 'claimed' AND c.lease_until > now()
JOIN send s ON s.account_id = c.account_id AND s.id = c.send_id AND s.flow = 'running'
WHERE d.account_id = c.account_id AND d.send_id = c.send_id AND d.recipient_id = r.recipient_id
    AND d.nth = r.nth AND d.send_day = c.send_day AND d.state IN ('planned', 'deferred')
RETURNING c.id, d.recipient_id, d.nth, d.attempts
