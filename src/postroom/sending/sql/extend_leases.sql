-- Says that this sender still works on these chunks; the database's clock is the only one that counts.
UPDATE chunk SET lease_until = now() + make_interval(secs => %(lease_s)s)
WHERE account_id = ANY(%(accounts)s) AND id = ANY(%(chunks)s) AND owner = %(owner)s AND state = 'claimed'
    AND lease_until > now()
RETURNING id
