-- Adds visits to the pages where forms were seen. Pages that are known always count; new ones only while the form
-- has room for them, since anybody can send a made-up address. Sorted against two processes waiting crosswise.
INSERT INTO form_page AS p (account_id, form_id, page, visits)
SELECT account_id, id, page, n
FROM (
    SELECT f.account_id, f.id, v.page, v.n, k.page IS NOT NULL AS known,
        (SELECT count(*) FROM form_page h WHERE h.account_id = f.account_id AND h.form_id = f.id)
            + row_number() OVER (PARTITION BY f.account_id, f.id, k.page IS NULL ORDER BY v.n DESC, v.page) AS place
    FROM unnest(%(accounts)s::bigint[], %(forms)s::bigint[], %(pages)s::text[], %(visits)s::integer[])
        AS v (account_id, form_id, page, n)
    JOIN form f ON f.account_id = v.account_id AND f.id = v.form_id
    LEFT JOIN form_page k ON k.account_id = f.account_id AND k.form_id = f.id AND k.page = v.page
    WHERE v.page <> ''
) seen
WHERE known OR place <= %(most)s
ORDER BY 1, 2, 3
ON CONFLICT (account_id, form_id, page) DO UPDATE SET visits = p.visits + excluded.visits, last_at = now()
