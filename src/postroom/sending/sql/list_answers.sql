-- The last answers that were no plain yes, equal ones gathered.
SELECT max(at) AS at, text, code, stage, count(*) AS n
FROM (
    SELECT at, text, code, stage FROM delivery_attempt
    WHERE account_id = %(account)s AND send_id = %(send)s ORDER BY id DESC LIMIT 2000
) latest
GROUP BY text, code, stage
ORDER BY 1 DESC
LIMIT %(limit)s
