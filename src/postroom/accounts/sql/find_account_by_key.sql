-- find_account_by_key: the account of a public API key; a replaced key counts until its grace ends.
-- `primary_email` is the owner's; `valid_until` bounds how long the answer may be cached.
SELECT a.id, a.name, a.time_zone, a.is_demo,
       CASE WHEN a.api_key = ANY(%(wanted)s) THEN NULL ELSE a.previous_valid_until END AS valid_until,
       (SELECT u.email FROM member m JOIN "user" u ON u.id = m.user_id
        WHERE m.account_id = a.id ORDER BY m.role = 'owner' DESC, m.id LIMIT 1) AS primary_email
FROM account a
WHERE a.kind = 'creator'
  AND (a.api_key = ANY(%(wanted)s) OR (a.previous_api_key = ANY(%(wanted)s) AND a.previous_valid_until > now()));
