-- Ends a send of which no row is open any more, and counts it once and for all. Its row is locked before, by a
-- statement of its own, so that rows put back in the meantime are seen here.
UPDATE send s
SET flow = CASE s.flow WHEN 'running' THEN 'finished' ELSE s.flow END, finished_at = now(),
    tally = (
        SELECT coalesce(jsonb_agg(jsonb_build_array(n.state, n.reason, n.rows)), '[]') FROM (
            SELECT d.state, CASE WHEN d.state IN ('excluded', 'refused') THEN d.reason END AS reason, count(*) AS rows
            FROM delivery d
            WHERE d.account_id = s.account_id AND d.send_id = s.id AND d.send_day = s.send_day
            GROUP BY 1, 2
        ) n
    )
WHERE s.account_id = %(account)s AND s.id = %(send)s
    AND s.send_day IS NOT NULL AND s.finished_at IS NULL AND s.expanded_at IS NOT NULL
    AND s.flow IN ('running', 'cancelled')
    AND NOT EXISTS (
        SELECT FROM chunk c WHERE c.account_id = s.account_id AND c.send_id = s.id AND c.state <> 'done'
    )
RETURNING s.account_id, s.id, s.kind, s.subject_id, s.flow
