-- One page of the places under a form or tag, with their people, as JSON. Ended places are left out; the state asked
-- for is the person's, as those who unsubscribed keep their tags.
WITH f AS MATERIALIZED (SELECT key, id::text AS id FROM custom_field WHERE account_id = %(account)s ORDER BY id),
chosen AS MATERIALIZED (
    SELECT m.id, m.subscriber_id, m.state, m.created_at, m.source, m.referrer,
        row_number() OVER (ORDER BY m.created_at /*order*/, m.id /*order*/) AS no
    FROM membership m JOIN subscriber p ON p.account_id = m.account_id AND p.id = m.subscriber_id
    WHERE m.account_id = %(account)s AND m./*column*/ = %(subject)s AND m.state <> 'cancelled' AND p.state = %(state)s
    ORDER BY m.created_at /*order*/, m.id /*order*/ LIMIT %(limit)s OFFSET %(offset)s
)
SELECT coalesce(json_agg(json_build_object(
    'id', c.id, 'state', CASE s.state WHEN 'cancelled' THEN 'cancelled' ELSE c.state END,
    'created_at', to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'source', c.source, 'referrer', c.referrer, 'subscribable_id', %(subject)s::bigint,
    'subscribable_type', %(kind)s::text, 'subscriber', /*subscriber*/) ORDER BY c.no), '[]')::text AS rows
FROM chosen c JOIN subscriber s ON s.account_id = %(account)s AND s.id = c.subscriber_id
