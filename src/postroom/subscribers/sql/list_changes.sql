-- Changes of one person, newest first, each with the present name of what it is about.
SELECT c.id, c.kind, c.subject_id, c.before, c.after, c.cause_kind, c.cause_id, c.actor, c.at,
    CASE c.kind WHEN 'tag' THEN t.name WHEN 'field' THEN f.label END AS subject
FROM change c
LEFT JOIN tag t ON c.kind = 'tag' AND t.account_id = c.account_id AND t.id = c.subject_id
LEFT JOIN custom_field f ON c.kind = 'field' AND f.account_id = c.account_id AND f.id = c.subject_id
WHERE c.account_id = %(account)s AND c.subscriber_id = %(subscriber)s
ORDER BY c.id DESC
LIMIT %(limit)s
