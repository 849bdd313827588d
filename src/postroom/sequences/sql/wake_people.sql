-- People who confirmed, or whose leaving was taken back, go on where they stood: the delay counts from now.
-- Answers the sequences in which somebody moved.
WITH woken AS (
    UPDATE enrolment e SET state = 'active', placed_at = now()
    FROM subscriber s, membership m
    WHERE e.account_id = %(account)s AND e.subscriber_id = ANY(%(people)s)
        AND (e.state = 'cancelled' OR (e.state = 'active' AND e.due_at IS NULL
            AND (e.last_email_id IS NULL OR e.next_email_id IS NOT NULL)))
        AND s.account_id = e.account_id AND s.id = e.subscriber_id AND s.state = 'active'
        AND m.account_id = e.account_id AND m.sequence_id = e.sequence_id AND m.subscriber_id = e.subscriber_id
        AND m.state <> 'cancelled'
    RETURNING e.sequence_id, e.subscriber_id
)
SELECT sequence_id, array_agg(subscriber_id) AS people FROM woken GROUP BY sequence_id
