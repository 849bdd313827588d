-- What became of each webhook's deliveries in the last seven days, and how many wait.
SELECT hook_id,
    count(*) FILTER (WHERE state = 'delivered' AND created_at > now() - interval '7 days') AS delivered,
    count(*) FILTER (WHERE state IN ('failed', 'gone') AND created_at > now() - interval '7 days') AS failed,
    count(*) FILTER (WHERE state IN ('waiting', 'held')) AS waiting,
    max(done_at) FILTER (WHERE state = 'delivered') AS delivered_at
FROM hook_delivery
WHERE account_id = %(account)s AND hook_id = ANY(%(hooks)s)
GROUP BY hook_id
