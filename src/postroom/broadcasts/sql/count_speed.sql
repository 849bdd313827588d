-- How many messages of a send got their answer in each stretch of `bucket_s` seconds since it began.
SELECT floor(extract(epoch FROM (at - %(since)s)) / %(bucket_s)s)::int AS bucket, count(*) AS n
FROM delivery
WHERE account_id = %(account)s AND send_id = %(send)s AND send_day = %(day)s
    AND state IN ('accepted', 'refused', 'uncertain') AND at >= %(since)s AND at < %(until)s
GROUP BY 1
