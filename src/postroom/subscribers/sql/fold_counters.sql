-- Moves pending deltas into the totals. Readers add both, and see either all of a row's move or nothing of it.
WITH taken AS (
    DELETE FROM counter_delta WHERE id IN (
        SELECT id FROM counter_delta ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
    RETURNING account_id, subject, subject_id, state, n
), folded AS (
    INSERT INTO counter_total AS t (account_id, subject, subject_id, state, n)
    SELECT account_id, subject, subject_id, state, sum(n) FROM taken
    GROUP BY account_id, subject, subject_id, state ORDER BY account_id, subject, subject_id, state
    ON CONFLICT (account_id, subject, subject_id, state) DO UPDATE SET n = t.n + excluded.n
)
SELECT count(*) AS n FROM taken
