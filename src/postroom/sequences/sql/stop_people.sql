-- Ends the way of people who left, bounced, complained, or were taken out: their place is gone or they are not mailed.
UPDATE enrolment e SET state = 'cancelled', due_at = NULL
FROM subscriber s
WHERE e.account_id = %(account)s AND e.subscriber_id = ANY(%(people)s) AND e.state = 'active'
    AND s.account_id = e.account_id AND s.id = e.subscriber_id
    AND (s.state NOT IN ('active', 'inactive') OR NOT EXISTS (
        SELECT FROM membership m WHERE m.account_id = e.account_id AND m.sequence_id = e.sequence_id
            AND m.subscriber_id = e.subscriber_id AND m.state <> 'cancelled'))
