-- Keeps the time of the first failure since the last success; writes only where that changes. Answers the
-- webhooks that have failed for so long that they count as dead.
WITH well AS (
    UPDATE hook h SET failing_since = NULL
    FROM unnest(%(ok_accounts)s::bigint[], %(ok_hooks)s::bigint[]) AS g (account_id, id)
    WHERE h.account_id = g.account_id AND h.id = g.id AND h.failing_since IS NOT NULL
), ill AS (
    UPDATE hook h SET failing_since = now()
    FROM unnest(%(bad_accounts)s::bigint[], %(bad_hooks)s::bigint[]) AS g (account_id, id)
    WHERE h.account_id = g.account_id AND h.id = g.id AND h.failing_since IS NULL
)
SELECT h.account_id, h.id FROM hook h
JOIN unnest(%(bad_accounts)s::bigint[], %(bad_hooks)s::bigint[]) AS g (account_id, id)
    ON h.account_id = g.account_id AND h.id = g.id
WHERE h.status = 'enabled' AND h.failing_since < now() - make_interval(secs => %(dead_s)s)
