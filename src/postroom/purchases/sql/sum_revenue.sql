-- Revenue by currency and the account's own day; refunds earn nothing.
SELECT p.currency, (p.transaction_time AT TIME ZONE %(zone)s)::date AS day, sum(p.total) AS amount,
    count(*) AS purchases
FROM purchase p
WHERE p.account_id = %(account)s AND lower(p.status) <> ALL (%(refunded)s::text[])
    AND p.transaction_time >= %(first)s::date::timestamp AT TIME ZONE %(zone)s
    AND p.transaction_time < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s
GROUP BY 1, 2
ORDER BY 1, 2
