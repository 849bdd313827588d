-- People under each form: all whose membership goes on, and those who joined since `since`.
-- Counted from the memberships themselves: the partial index on (account_id, form_id, subscriber_id) serves it.
SELECT form_id, count(*) FILTER (WHERE state <> 'cancelled') AS subscribers,
    count(*) FILTER (WHERE created_at >= %(since)s) AS joined_30d
FROM membership
WHERE account_id = %(account)s AND form_id = ANY (%(forms)s)
GROUP BY form_id
