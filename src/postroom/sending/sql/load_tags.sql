-- Tag names of recipients, for letters that speak of them.
SELECT m.subscriber_id, array_agg(t.name ORDER BY t.name) AS names
FROM membership m
JOIN tag t ON t.account_id = m.account_id AND t.id = m.tag_id
WHERE m.account_id = %(account)s AND m.subscriber_id = ANY(%(recipients)s) AND m.tag_id IS NOT NULL
    AND m.state = 'active'
GROUP BY m.subscriber_id
