-- count_tries: how many tries of :key stand in the last :window seconds, by the estimate of count_hit: this fixed
-- window plus the share of the one before that still lies within the span.
WITH span AS (
    SELECT date_bin(make_interval(secs => %(window)s), clock_timestamp(), 'epoch') AS starts,
           clock_timestamp() AS at
)
SELECT coalesce((SELECT n FROM rate_window WHERE key = %(key)s AND starts_at = span.starts), 0)
       + coalesce((SELECT n FROM rate_window
                   WHERE key = %(key)s AND starts_at = span.starts - make_interval(secs => %(window)s)), 0)
         * (1 - extract(epoch FROM span.at - span.starts)::float8 / %(window)s) AS n
FROM span;
