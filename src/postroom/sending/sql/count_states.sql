-- The terms of one send's ledger line. The day, where the send has one, leaves a single partition to read.
SELECT state, CASE WHEN state IN ('excluded', 'refused') THEN reason END AS reason, count(*) AS n
FROM delivery
WHERE account_id = %(account)s AND send_id = %(send)s AND (%(day)s::date IS NULL OR send_day = %(day)s::date)
GROUP BY 1, 2
ORDER BY n DESC
