-- The oldest facts that wait for their reactions. Locked until the transaction ends; other workers pass by.
-- By the list of pending ones and not by "id above the last": a late commit has a low id and must not be missed.
SELECT f.id, f.account_id, f.kind, f.subscriber_id, f.subject_id, f.payload, f.at
FROM (
    SELECT fact_id, account_id, day FROM fact_pending
    WHERE parked_at IS NULL AND next_at <= now()
    ORDER BY fact_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) p
JOIN fact f ON f.account_id = p.account_id AND f.id = p.fact_id AND f.day = p.day
ORDER BY f.id
