-- Letters in the test inbox of demo accounts that no fake reader has looked at yet. Each waits between 4 and 64
-- seconds, by its number, so that openings trickle in as those of people do.
SELECT m.account_id, m.id, m.raw
FROM inbox_message m
JOIN account a ON a.id = m.account_id AND a.is_demo
JOIN send s ON s.account_id = m.account_id AND s.id = m.send_id AND s.kind IN ('broadcast', 'sequence')
WHERE m.read_by_demo_at IS NULL AND m.received_at < now() - make_interval(secs => 4 + m.id %% 60)
ORDER BY m.id
LIMIT %(limit)s
