-- When a send began, and the fastest it was seen.
UPDATE send s SET started_at = coalesce(s.started_at, now()), best_rate_per_s = greatest(s.best_rate_per_s, r.rate)
FROM unnest(%(sends)s::bigint[], %(rates)s::float[]) AS r (id, rate)
WHERE s.id = r.id AND (s.started_at IS NULL OR s.best_rate_per_s < r.rate)
