-- Counts a failed attempt; the next one waits 10 s, 20 s, 40 s …; the last one parks the fact.
UPDATE fact_pending SET attempts = attempts + 1, error = %(error)s,
    next_at = now() + interval '10 seconds' * power(2, attempts),
    parked_at = CASE WHEN attempts + 1 >= %(max)s THEN now() END
WHERE fact_id = %(fact)s
RETURNING attempts, parked_at
