-- Adds visits to the day's row of each form. Sorted, so that two processes never wait for each other crosswise;
-- joined to the form, which may be gone by now.
INSERT INTO form_day AS d (account_id, form_id, day, visits)
SELECT f.account_id, f.id, %(day)s, sum(v.n)
FROM unnest(%(accounts)s::bigint[], %(forms)s::bigint[], %(visits)s::integer[]) AS v (account_id, form_id, n)
JOIN form f ON f.account_id = v.account_id AND f.id = v.form_id
GROUP BY 1, 2
ORDER BY 1, 2
ON CONFLICT (account_id, form_id, day) DO UPDATE SET visits = d.visits + excluded.visits
