-- Writes down how a batch of tries ended. A row whose lease went to somebody else is theirs.
WITH given AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(ids)s::bigint[], %(claims)s::int[], %(states)s::text[],
        %(waits)s::float8[], %(durations)s::int[], %(statuses)s::int[], %(errors)s::text[], %(answers)s::text[])
        AS g (account_id, id, claim, state, wait_s, duration_ms, status, error, answer)
), moved AS (
    UPDATE hook_delivery d SET state = g.state, attempts = d.attempts + 1,
        next_at = now() + make_interval(secs => g.wait_s),
        done_at = CASE WHEN g.state <> 'waiting' THEN now() END
    FROM given g
    WHERE d.account_id = g.account_id AND d.id = g.id AND d.claim = g.claim AND d.state = 'waiting'
    RETURNING d.account_id, d.id
)
INSERT INTO hook_attempt (account_id, delivery_id, at, duration_ms, status, error, answer)
SELECT g.account_id, g.id, now() - make_interval(secs => g.duration_ms / 1000.0), g.duration_ms, g.status,
    g.error, g.answer
FROM moved JOIN given g USING (account_id, id)
