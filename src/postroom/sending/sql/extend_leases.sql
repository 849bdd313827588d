-- Says that this sender still works on these chunks; the database's clock is the only one that counts.
UPDATE chunk SET lease_until = now() + make_interval(secs => %(lease_s)s)
WHERE id = ANY(%(chunks)s) AND account_id + 0 = ANY(%(accounts)s) AND owner = %(owner)s AND state = 'claimed'
    AND lease_until > now()
RETURNING id
