-- Counts one more use of `p_key` in the present window; false, and nothing counted, when `p_limit` is reached.
-- For limits that must hold inside a transaction; who is counted at the same moment waits for the other's end.
CREATE OR REPLACE FUNCTION accounts_count_hit(p_key text, p_limit integer, p_window_s integer)
RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF p_limit <= 0 THEN
        RETURN false;
    END IF;
    INSERT INTO rate_window AS w (key, starts_at, n)
    VALUES (p_key, date_bin(make_interval(secs => p_window_s), now(), 'epoch'), 1)
    ON CONFLICT (key, starts_at) DO UPDATE SET n = w.n + 1 WHERE w.n < p_limit;
    RETURN FOUND;
END $$;
