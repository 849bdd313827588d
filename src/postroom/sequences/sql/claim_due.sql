-- People whose next email is due, the longest waiting first; what another worker has in hand is passed over.
SELECT e.id, e.account_id, e.sequence_id, e.next_email_id
FROM enrolment e
WHERE e.state = 'active' AND e.due_at <= statement_timestamp()
ORDER BY e.due_at, e.id
LIMIT %(limit)s
FOR UPDATE SKIP LOCKED
