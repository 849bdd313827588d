-- The sequences one person is or was in, the latest first.
SELECT q.id, q.name,
    CASE WHEN e.state = 'completed' THEN 'completed' WHEN e.state = 'cancelled' THEN 'stopped'
        WHEN e.next_email_id IS NULL THEN 'at_end' WHEN e.due_at IS NULL THEN 'waits' ELSE 'on_way' END AS place,
    e.due_at, e.started_at, e.completed_at
FROM enrolment e JOIN sequence q ON q.account_id = e.account_id AND q.id = e.sequence_id
WHERE e.account_id = %(account)s AND e.subscriber_id = %(subscriber)s
ORDER BY e.started_at DESC, q.id
