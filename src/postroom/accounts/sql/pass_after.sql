-- pass_after: let :key through if it has waited, else note from when it may pass (:wait seconds from now).
-- A pass is used up by whoever comes first; coming back too early neither shortens nor lengthens the wait. What is
-- noted is forgotten a quarter of an hour after its time. `wait_s` is null for a pass.
WITH passed AS (
    DELETE FROM shared_cache
    WHERE key = %(key)s AND expires_at > clock_timestamp()
      AND (value ->> 'from')::float8 <= extract(epoch FROM clock_timestamp())
    RETURNING key
),
noted AS (
    INSERT INTO shared_cache AS c (key, value, expires_at)
    SELECT %(key)s, jsonb_build_object('from', extract(epoch FROM clock_timestamp())::float8 + %(wait)s),
           clock_timestamp() + make_interval(secs => %(wait)s + 900)
    WHERE NOT EXISTS (SELECT FROM passed)
    ON CONFLICT (key) DO UPDATE SET
        value = CASE WHEN c.expires_at > clock_timestamp() THEN c.value ELSE excluded.value END,
        expires_at = CASE WHEN c.expires_at > clock_timestamp() THEN c.expires_at ELSE excluded.expires_at END
    RETURNING value
)
SELECT (SELECT (value ->> 'from')::float8 FROM noted) - extract(epoch FROM clock_timestamp())::float8 AS wait_s;
