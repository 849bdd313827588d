-- Holds the sequences of some people against changes, before these people's rows are: whoever changes a sequence
-- takes its row first, too.
SELECT q.id FROM sequence q
WHERE q.account_id = %(account)s AND q.id IN (
    SELECT e.sequence_id FROM enrolment e
    WHERE e.account_id = %(account)s AND e.subscriber_id = ANY (%(people)s))
ORDER BY q.id
FOR SHARE
