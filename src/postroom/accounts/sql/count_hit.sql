-- count_hit: count one try of :key, if fewer than :limit stand in the last :window seconds.
-- Sliding estimate of two fixed windows: this one plus the share of the one before that still lies within the
-- span. One statement, one row a key and window; the WHERE of the update is checked under the row's lock, so that
-- tries at the same moment cannot pass together. `retry_after`: seconds until the estimate has room again.
WITH span AS (
    SELECT date_bin(make_interval(secs => %(window)s), clock_timestamp(), 'epoch') AS starts,
           clock_timestamp() AS at
),
before AS (
    SELECT span.starts, extract(epoch FROM span.at - span.starts)::float8 AS elapsed,
           coalesce((SELECT n FROM rate_window
                     WHERE key = %(key)s AND starts_at = span.starts - make_interval(secs => %(window)s)), 0) AS n
    FROM span
),
weighed AS (
    SELECT starts, elapsed, n, n * (1 - elapsed / %(window)s) AS carried FROM before
),
counted AS (
    INSERT INTO rate_window AS w (key, starts_at, n)
    SELECT %(key)s, starts, 1 FROM weighed WHERE carried + 1 <= %(limit)s
    ON CONFLICT (key, starts_at) DO UPDATE SET n = w.n + 1
        WHERE w.n + 1 + (SELECT carried FROM weighed) <= %(limit)s
    RETURNING n
)
SELECT EXISTS (SELECT FROM counted) AS counted,
       CASE
           WHEN coalesce(here.n, 0) + 1 <= %(limit)s AND weighed.n > 0
               THEN %(window)s * (1 - (%(limit)s - coalesce(here.n, 0) - 1)::float8 / weighed.n) - weighed.elapsed
           ELSE %(window)s - weighed.elapsed + %(window)s * (1 - (%(limit)s - 1)::float8 / greatest(here.n, 1))
       END AS retry_after
FROM weighed LEFT JOIN rate_window here ON here.key = %(key)s AND here.starts_at = weighed.starts;
