-- Declares that messages are about to leave. Only rows returned here may be sent.
-- Joined to the send's flow (a pause bites at the next batch) and to owner, epoch and lease (a sender that was
-- overtaken gets nothing back). The ids are found by primary key (`+ 0` keeps the planner from an index on the
-- account alone), then the ledger row by its whole key: tried, a join in one step reads all rows of the send.
WITH due AS MATERIALIZED (
    SELECT c.id AS chunk_id, c.account_id, c.send_id, c.send_day, r.recipient_id, r.nth
    FROM unnest(%(accounts)s::bigint[], %(chunks)s::bigint[], %(epochs)s::int[], %(recipients)s::bigint[],
            %(nths)s::int[]) AS r (account_id, chunk_id, epoch, recipient_id, nth)
    JOIN chunk c ON c.id = r.chunk_id AND c.account_id + 0 = r.account_id AND c.epoch = r.epoch
        AND c.owner = %(owner)s AND c.state = 'claimed' AND c.lease_until > now()
    JOIN send s ON s.id = c.send_id AND s.account_id + 0 = c.account_id AND s.flow = 'running'
)
UPDATE delivery d
SET state = 'intent', attempts = d.attempts + 1, at = now()
FROM due
WHERE d.account_id = due.account_id AND d.send_id = due.send_id AND d.recipient_id = due.recipient_id
    AND d.nth = due.nth AND d.send_day = due.send_day AND d.state IN ('planned', 'deferred')
RETURNING due.chunk_id AS id, d.recipient_id, d.nth, d.attempts
