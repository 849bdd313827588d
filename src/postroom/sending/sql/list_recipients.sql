-- A page of a send's recipients by state, with what the server said last: behind a recipient, or by its number.
-- The rows come in the order of the ledger's key, so that a page reads no further than its own end; how many there are
-- in all is known from the counts of the states.
SELECT d.recipient_id AS subscriber_id, coalesce(p.email, o.email, '') AS email,
    coalesce(p.first_name, o.name, '') AS name, d.state, d.reason, d.code, a.text, d.at
FROM (
    SELECT recipient_id, nth, state, reason, code, at FROM delivery
    WHERE account_id = %(account)s AND send_id = %(send)s AND (%(day)s::date IS NULL OR send_day = %(day)s::date)
        AND (%(after)s::bigint IS NULL OR recipient_id > %(after)s::bigint)
        AND (%(states)s::text[] IS NULL OR state = ANY(%(states)s::text[]))
        AND (%(bounced)s::boolean IS NULL
            OR (coalesce(reason, '') = ANY(%(bounce_reasons)s::text[])) = %(bounced)s::boolean)
    ORDER BY recipient_id, nth
    LIMIT %(per_page)s OFFSET %(skip)s
) d
LEFT JOIN subscriber p ON p.account_id = %(account)s AND p.id = d.recipient_id
LEFT JOIN other_recipient o ON o.account_id = %(account)s AND o.id = d.recipient_id
LEFT JOIN LATERAL (
    SELECT text FROM delivery_attempt t
    WHERE t.account_id = %(account)s AND t.send_id = %(send)s AND t.recipient_id = d.recipient_id AND t.nth = d.nth
    ORDER BY t.id DESC LIMIT 1
) a ON true
ORDER BY d.recipient_id, d.nth
