-- Ends sends of which no row is open any more.
UPDATE send s SET flow = CASE s.flow WHEN 'running' THEN 'finished' ELSE s.flow END, finished_at = now()
WHERE s.send_day IS NOT NULL AND s.finished_at IS NULL AND s.expanded_at IS NOT NULL
    AND s.flow IN ('running', 'cancelled')
    AND NOT EXISTS (
        SELECT FROM chunk c WHERE c.account_id = s.account_id AND c.send_id = s.id AND c.state <> 'done'
    )
RETURNING s.account_id, s.id, s.kind, s.subject_id, s.flow
