-- What is due, so many for each host as there is room for it: a host with a long queue takes nobody's place.
-- The hosts are walked by the index, one step each, however many rows wait for one of them. A claim moves
-- `next_at` behind the lease: whoever dies with it loses nothing, and another worker passes by.
WITH RECURSIVE hosts AS (
    (SELECT host FROM hook_delivery WHERE state = 'waiting' ORDER BY host LIMIT 1)
    UNION ALL
    SELECT (SELECT d.host FROM hook_delivery d WHERE d.state = 'waiting' AND d.host > h.host
        ORDER BY d.host LIMIT 1)
    FROM hosts h WHERE h.host IS NOT NULL
), due AS MATERIALIZED (
    SELECT d.account_id, d.id
    FROM hosts h
    LEFT JOIN unnest(%(hosts)s::text[], %(rooms)s::int[]) AS r (host, room) ON r.host = h.host
    CROSS JOIN LATERAL (
        SELECT d.account_id, d.id FROM hook_delivery d
        WHERE d.state = 'waiting' AND d.host = h.host AND d.next_at <= now()
        ORDER BY d.next_at LIMIT coalesce(r.room, %(room)s)
        FOR UPDATE SKIP LOCKED
    ) d
    WHERE h.host IS NOT NULL
    LIMIT %(limit)s
)
UPDATE hook_delivery d SET next_at = now() + make_interval(secs => %(lease_s)s), claim = d.claim + 1
FROM due
JOIN hook h USING (account_id)
WHERE d.account_id = due.account_id AND d.id = due.id AND h.id = d.hook_id
RETURNING d.account_id, d.id, d.hook_id, d.claim, d.attempts, d.host, d.body, d.fact_id IS NULL AS is_test,
    h.event, h.target_url, h.secret_sealed
