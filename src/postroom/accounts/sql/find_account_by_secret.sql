-- find_account_by_secret: the account of an API secret, by its HMAC under any listed installation key; a replaced
-- secret counts until its grace ends. `valid_until` bounds how long the answer may be cached.
SELECT a.id, a.name, a.time_zone, a.is_demo,
       CASE WHEN a.api_secret_hash = ANY(%(wanted)s) THEN NULL ELSE a.previous_valid_until END AS valid_until,
       (SELECT u.email FROM member m JOIN "user" u ON u.id = m.user_id
        WHERE m.account_id = a.id ORDER BY m.role = 'owner' DESC, m.id LIMIT 1) AS primary_email
FROM account a
WHERE a.kind = 'creator'
  AND (a.api_secret_hash = ANY(%(wanted)s)
       OR (a.previous_api_secret_hash = ANY(%(wanted)s) AND a.previous_valid_until > now()));
