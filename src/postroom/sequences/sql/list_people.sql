-- A page of a sequence's people by where they stand, the next due first, then those who came last.
SELECT * FROM (
    SELECT e.subscriber_id, s.email, coalesce(s.first_name, '') AS first_name, s.state AS subscriber_state,
        CASE WHEN e.state = 'completed' THEN 'completed' WHEN e.state = 'cancelled' THEN 'stopped'
        WHEN e.next_email_id IS NULL THEN 'at_end' WHEN e.due_at IS NULL THEN 'waits' ELSE 'on_way' END AS place,
        e.last_email_id, e.next_email_id, e.due_at, e.started_at, e.completed_at,
        count(*) OVER () AS total
    FROM enrolment e
    JOIN subscriber s ON s.account_id = e.account_id AND s.id = e.subscriber_id
    WHERE e.account_id = %(account)s AND e.sequence_id = %(sequence)s
        AND (%(place)s = '' OR CASE WHEN e.state = 'completed' THEN 'completed' WHEN e.state = 'cancelled' THEN 'stopped'
        WHEN e.next_email_id IS NULL THEN 'at_end' WHEN e.due_at IS NULL THEN 'waits' ELSE 'on_way' END = %(place)s)
        AND (%(like)s = '' OR (s.email_key || ' ' || lower(coalesce(s.first_name, ''))) LIKE %(like)s)
) p
ORDER BY p.due_at NULLS LAST, p.started_at DESC, p.subscriber_id
LIMIT %(per_page)s OFFSET %(skip)s
