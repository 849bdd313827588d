-- People of each sequence by where they stand, and how many of them are due by now.
SELECT e.sequence_id,
    CASE WHEN e.state = 'completed' THEN 'completed' WHEN e.state = 'cancelled' THEN 'stopped'
        WHEN e.next_email_id IS NULL THEN 'at_end' WHEN e.due_at IS NULL THEN 'waits' ELSE 'on_way' END AS place,
    count(*) AS n, count(*) FILTER (WHERE e.state = 'active' AND e.due_at <= statement_timestamp()) AS due
FROM enrolment e
WHERE e.account_id = %(account)s AND e.sequence_id = ANY (%(sequences)s)
GROUP BY 1, 2
